/** One test for each rule of Slack that the README's table lists. */
@NullMarked
package io.oauthservice.sandbox.slack;

import org.jspecify.annotations.NullMarked;
