package io.oauthservice.sandbox.atlassian;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All tokens that came from one consent. A refresh token has the generation in which it was issued; the first use of a
 * token starts the next generation.
 *
 * @param endsAt 365 days after the consent; rotation does not move it
 * @param idleUntil 90 days after the last use
 * @param generation the generation whose refresh tokens are valid
 * @param rotatedAt when this generation replaced the previous one, which is accepted within the leeway; null for the
 *     first
 * @param death why the family became invalid; null while it is valid
 */
record TokenFamily(
        long id,
        String accountId,
        List<String> scopes,
        Instant endsAt,
        Instant idleUntil,
        int generation,
        @Nullable Instant rotatedAt,
        @Nullable InvalidationReason death) {

    boolean isOffline() {
        return scopes.contains(App.OFFLINE_ACCESS);
    }

    TokenFamily usedUntil(Instant newIdleUntil) {
        return new TokenFamily(id, accountId, scopes, endsAt, newIdleUntil, generation, rotatedAt, death);
    }

    TokenFamily rotate(Instant now) {
        return new TokenFamily(id, accountId, scopes, endsAt, idleUntil, generation + 1, now, death);
    }

    TokenFamily end(InvalidationReason why) {
        return new TokenFamily(
                id, accountId, scopes, endsAt, idleUntil, generation, rotatedAt, death == null ? why : death);
    }

    /** Whether a refresh token of this generation may be used; includes the leeway. */
    boolean accepts(int tokensGeneration, Instant now, Duration leeway) {
        if (tokensGeneration == generation) {
            return true;
        }
        return tokensGeneration == generation - 1 && rotatedAt != null && now.isBefore(rotatedAt.plus(leeway));
    }

    /** The limit of time that has passed; null if none has. */
    @Nullable
    String findExpiry(Instant now) {
        if (!now.isBefore(endsAt)) {
            return "family_expired";
        }
        return now.isBefore(idleUntil) ? null : "refresh_token_idle";
    }

    /** The name in calls and tests. */
    String grant() {
        return "family:" + id;
    }
}
