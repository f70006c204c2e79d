package io.oauthservice.sandbox.control;

/**
 * A rate limit that a caller has hit.
 *
 * @param kind one of {@link Provider#rateLimits()}
 * @param status the HTTP status, 429 unless the fault names another
 * @param retryAfter the seconds until the caller may try again
 */
public record RateLimit(String kind, int status, int retryAfter) {}
