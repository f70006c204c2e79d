package io.oauthservice.audit;

import java.time.Instant;

/**
 * The last read of a token of an installation.
 *
 * @param at rounded down to the hour, unless it was asked for exactly
 * @param by the caller's name
 */
public record LastUse(Instant at, String by) {}
