package io.oauthservice.sandbox.slack;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token and, where tokens rotate, the refresh token that came with it. The two die separately.
 *
 * @param expiresAt when the access token ends by itself; null where tokens do not rotate
 * @param refresh the refresh token; null where tokens do not rotate
 * @param refreshExpiresAt when the refresh token ends by itself; null where there is none
 * @param accessEnding why the access token died early; null while it did not
 * @param refreshEnding why the refresh token died early; null while it did not
 * @param rotatedAt when the refresh token was used first; null while it was not
 * @param successor the access token that the latest use of the refresh token gave; null while there is none
 */
record Token(
        SlackGrant grant,
        String access,
        @Nullable Instant expiresAt,
        @Nullable String refresh,
        @Nullable Instant refreshExpiresAt,
        @Nullable InvalidationReason accessEnding,
        @Nullable InvalidationReason refreshEnding,
        @Nullable Instant rotatedAt,
        @Nullable String successor) {

    static Token lasting(SlackGrant grant, String access) {
        return new Token(grant, access, null, null, null, null, null, null, null);
    }

    static Token pair(SlackGrant grant, String access, Instant end, String refresh, Instant refreshEnd) {
        return new Token(grant, access, end, refresh, refreshEnd, null, null, null, null);
    }

    Token rotated(Instant now, Token next) {
        Instant first = rotatedAt == null ? now : rotatedAt;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, accessEnding, refreshEnding, first, next.access);
    }

    /** The access token dies; what killed it first stands. */
    Token accessEnded(InvalidationReason why) {
        InvalidationReason ending = accessEnding == null ? why : accessEnding;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, ending, refreshEnding, rotatedAt, successor);
    }

    /** The refresh token dies; what killed it first stands. */
    Token refreshEnded(InvalidationReason why) {
        InvalidationReason ending = refreshEnding == null ? why : refreshEnding;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, accessEnding, ending, rotatedAt, successor);
    }

    boolean rotating() {
        return refresh != null;
    }

    boolean accessLives(Instant now) {
        return accessEnding == null && !hasPassed(expiresAt, now);
    }

    boolean accessExpired(Instant now) {
        return hasPassed(expiresAt, now);
    }

    boolean refreshExpired(Instant now) {
        return hasPassed(refreshExpiresAt, now);
    }

    /** Whether the refresh token waits for its first use. */
    boolean refreshWaits(Instant now) {
        return refresh != null && refreshEnding == null && rotatedAt == null && !refreshExpired(now);
    }

    private static boolean hasPassed(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return "Token[" + grant.named() + "]";
    }
}
