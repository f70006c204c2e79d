/**
 * Slack: OAuth v2, with bot and user tokens as separate grants of one install, with or without rotation
 * (docs/providers.md section 3).
 *
 * <p>Most failures have HTTP status 200: {@code ok} and {@code error} report the result. Rate limits have 429.
 */
@NullMarked
package io.oauthservice.provider.slack;

import org.jspecify.annotations.NullMarked;
