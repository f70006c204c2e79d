/**
 * Slack: OAuth v2, with bot and user tokens as separate grants of one install, rotating or not.
 *
 * <p>Every answer comes with HTTP 200; only {@code ok} and {@code error} say how it went.
 */
@NullMarked
package io.oauthservice.provider.slack;

import org.jspecify.annotations.NullMarked;
