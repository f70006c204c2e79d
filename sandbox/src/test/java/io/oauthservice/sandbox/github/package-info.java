/** One test for each rule of GitHub that the README's table lists. */
@NullMarked
package io.oauthservice.sandbox.github;

import org.jspecify.annotations.NullMarked;
