/** One test for each rule of Slack that the README lists. */
@NullMarked
package io.oauthservice.sandbox.slack;

import org.jspecify.annotations.NullMarked;
