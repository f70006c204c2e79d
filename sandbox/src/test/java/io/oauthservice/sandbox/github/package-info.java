/** One test for each rule of GitHub that the README lists. */
@NullMarked
package io.oauthservice.sandbox.github;

import org.jspecify.annotations.NullMarked;
