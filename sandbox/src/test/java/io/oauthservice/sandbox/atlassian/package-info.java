/** One test for each rule of Atlassian that the README's table lists. */
@NullMarked
package io.oauthservice.sandbox.atlassian;

import org.jspecify.annotations.NullMarked;
