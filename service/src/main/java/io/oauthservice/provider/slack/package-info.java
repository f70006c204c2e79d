/**
 * Slack: OAuth v2, with bot and user tokens as separate grants of one install, with or without rotation
 * (docs/providers.md section 3).
 *
 * <p>Every response has HTTP status 200; only {@code ok} and {@code error} report the result.
 */
@NullMarked
package io.oauthservice.provider.slack;

import org.jspecify.annotations.NullMarked;
