/**
 * Slack: the consent page under {@code /slack/oauth/v2/authorize}, the Web API under {@code /slack/api}.
 *
 * <p>{@link io.oauthservice.sandbox.slack.Slack} is the provider; {@code SlackState} is its state, {@code SlackChanges}
 * changes it, and each endpoint class answers one group of methods. Every rejection names the rule that it enforces;
 * the README lists them.
 */
@NullMarked
package io.oauthservice.sandbox.slack;

import org.jspecify.annotations.NullMarked;
