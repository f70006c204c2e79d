package io.oauthservice.sandbox.slack;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token and, if tokens rotate, its refresh token. Each becomes invalid separately.
 *
 * @param expiresAt when the access token expires; null if tokens do not rotate
 * @param refresh the refresh token; null if tokens do not rotate
 * @param refreshExpiresAt when the refresh token expires; null if there is none
 * @param accessEnding why the access token became invalid before it expired; null while it is valid
 * @param refreshEnding why the refresh token became invalid before it expired; null while it is valid
 * @param rotatedAt when the refresh token was first used; null if it is unused
 * @param successor the access token from the latest use of the refresh token; null if it is unused
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

    static Token nonExpiring(SlackGrant grant, String access) {
        return new Token(grant, access, null, null, null, null, null, null, null);
    }

    static Token pair(SlackGrant grant, String access, Instant end, String refresh, Instant refreshEnd) {
        return new Token(grant, access, end, refresh, refreshEnd, null, null, null, null);
    }

    Token rotate(Instant now, Token next) {
        Instant first = rotatedAt == null ? now : rotatedAt;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, accessEnding, refreshEnding, first, next.access);
    }

    /** Invalidates the access token; the first reason is kept. */
    Token endAccess(InvalidationReason why) {
        InvalidationReason ending = accessEnding == null ? why : accessEnding;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, ending, refreshEnding, rotatedAt, successor);
    }

    /** Invalidates the refresh token; the first reason is kept. */
    Token endRefresh(InvalidationReason why) {
        InvalidationReason ending = refreshEnding == null ? why : refreshEnding;
        return new Token(
                grant, access, expiresAt, refresh, refreshExpiresAt, accessEnding, ending, rotatedAt, successor);
    }

    boolean rotating() {
        return refresh != null;
    }

    boolean isAccessValid(Instant now) {
        return accessEnding == null && !hasPassed(expiresAt, now);
    }

    boolean accessExpired(Instant now) {
        return hasPassed(expiresAt, now);
    }

    boolean refreshExpired(Instant now) {
        return hasPassed(refreshExpiresAt, now);
    }

    /** Whether the refresh token is valid and unused. */
    boolean isRefreshUnused(Instant now) {
        return refresh != null && refreshEnding == null && rotatedAt == null && !refreshExpired(now);
    }

    private static boolean hasPassed(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "Token[" + grant.named() + "]";
    }
}
