package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The issued tokens, oldest first. Invalid tokens are kept so that reuse is recognised. */
final class SlackTokens {

    private static final Duration ACCESS_LIFETIME = Duration.ofHours(12);
    private static final Duration UNLIMITED = Duration.ofDays(36_500);
    private static final int MAX_VALID = 2;
    private static final int KEPT = 5_000;

    private final ProviderContext context;
    private final Map<String, Token> byAccess = new LinkedHashMap<>();
    private final Map<String, String> accessByRefresh = new LinkedHashMap<>();

    SlackTokens(ProviderContext context, List<Token> saved) {
        this.context = context;
        saved.forEach(this::keep);
    }

    List<Token> saved() {
        return List.copyOf(byAccess.values());
    }

    /** Issues a new pair if tokens rotate; else returns the grant's only token. */
    Token issue(SlackGrant grant, boolean rotating) {
        return rotating ? keepWithinLimit(pair(grant)) : nonExpiringToken(grant);
    }

    /**
     * Issues the next pair. The old access token stays valid. If the refresh token was used before, the refresh tokens
     * that came from the earlier use become invalid.
     */
    Token rotate(Token old) {
        endRefreshTokensSince(old);
        Token next = pair(old.grant());
        keep(old.rotate(context.now(), next));
        return keepWithinLimit(next);
    }

    @Nullable
    Token find(@Nullable String access) {
        return byAccess.get(access);
    }

    @Nullable
    Token findByRefresh(@Nullable String refresh) {
        return byAccess.get(accessByRefresh.get(refresh));
    }

    void endAccess(Token token, InvalidationReason why) {
        keep(token.endAccess(why));
    }

    void endRefresh(Token token, InvalidationReason why) {
        keep(token.endRefresh(why));
    }

    void endAll(Predicate<SlackGrant> which, InvalidationReason why) {
        saved().stream()
                .filter(token -> which.test(token.grant()))
                .forEach(token -> keep(token.endAccess(why).endRefresh(why)));
    }

    /** Whether a valid access token or an unused refresh token is left. */
    boolean anyValid(Predicate<SlackGrant> which) {
        Instant now = context.now();
        return byAccess.values().stream()
                .filter(token -> which.test(token.grant()))
                .anyMatch(token -> token.isAccessValid(now) || token.isRefreshUnused(now));
    }

    private Token nonExpiringToken(SlackGrant grant) {
        return valid(grant).stream()
                .filter(token -> !token.rotating())
                .findFirst()
                .orElseGet(() -> keep(Token.nonExpiring(grant, kind(grant) + context.randomLetters(64))));
    }

    private Token pair(SlackGrant grant) {
        Settings settings = context.settings();
        return Token.pair(
                grant,
                "xoxe." + kind(grant) + "1-" + context.randomLetters(160),
                context.now().plus(settings.accessTokenTtl(ACCESS_LIFETIME)),
                "xoxe-1-" + context.randomLetters(140),
                context.now().plus(settings.refreshTokenTtl(UNLIMITED)));
    }

    private static String kind(SlackGrant grant) {
        return grant.bot() ? "xoxb-" : "xoxp-";
    }

    private Token keepWithinLimit(Token next) {
        List<Token> valid = valid(next.grant()).stream().filter(Token::rotating).toList();
        int tooMany = valid.size() + 1 - MAX_VALID;
        valid.stream().limit(Math.max(0, tooMany)).forEach(oldest -> endAccess(oldest, InvalidationReason.SUPERSEDED));
        return keep(next);
    }

    private List<Token> valid(SlackGrant grant) {
        Instant now = context.now();
        return byAccess.values().stream()
                .filter(token -> token.grant().equals(grant) && token.isAccessValid(now))
                .toList();
    }

    private void endRefreshTokensSince(Token old) {
        for (Token next = find(old.successor()); next != null; next = find(next.successor())) {
            endRefresh(next, InvalidationReason.SUPERSEDED);
        }
    }

    private Token keep(Token token) {
        byAccess.put(token.access(), token);
        if (token.refresh() != null) {
            accessByRefresh.put(token.refresh(), token.access());
        }
        if (byAccess.size() > KEPT) {
            evictOldestInvalid();
        }
        return token;
    }

    private void evictOldestInvalid() {
        Instant now = context.now();
        Predicate<Token> invalid = token -> !token.isAccessValid(now) && !token.isRefreshUnused(now);
        byAccess.values().stream().filter(invalid).findFirst().ifPresent(token -> {
            byAccess.remove(token.access());
            accessByRefresh.remove(token.refresh());
        });
    }
}
