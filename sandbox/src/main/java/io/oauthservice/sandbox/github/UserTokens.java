package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The users who authorized the app, and their tokens. Invalid tokens are kept so that reuse is recognised. */
final class UserTokens {

    private static final Duration ACCESS_LIFETIME = Duration.ofHours(8);
    private static final Duration REFRESH_LIFETIME = Duration.ofDays(184);
    private static final int KEPT = 5_000;

    private final ProviderContext context;
    private final Setting<Boolean> expiring;
    private final Set<Long> authorized;
    private final Map<String, UserToken> byAccess = new LinkedHashMap<>();
    private final Map<String, UserToken> byRefresh = new LinkedHashMap<>();

    UserTokens(ProviderContext context, Setting<Boolean> expiring, Set<Long> authorized, List<UserToken> saved) {
        this.context = context;
        this.expiring = expiring;
        this.authorized = new TreeSet<>(authorized);
        saved.forEach(this::keep);
    }

    Set<Long> authorizedUsers() {
        return Set.copyOf(authorized);
    }

    List<UserToken> saved() {
        return List.copyOf(byAccess.values());
    }

    void authorize(User user) {
        authorized.add(user.id());
    }

    boolean isAuthorizedBy(User user) {
        return authorized.contains(user.id());
    }

    UserToken issue(long userId) {
        return keep(pair(userId, "ghr_" + context.randomLetters(76)));
    }

    /** Issues the next pair; both tokens of the old pair become invalid immediately. */
    UserToken rotate(UserToken old) {
        String next = context.settings().rotation() ? "ghr_" + context.randomLetters(76) : old.refresh();
        if (old.rotatedAt() == null) {
            keep(old.rotate(context.now()));
        }
        return keep(pair(old.userId(), next));
    }

    private UserToken pair(long userId, @Nullable String refresh) {
        String access = "ghu_" + context.randomLetters(36);
        if (!expiring.value()) {
            return new UserToken(access, null, null, null, userId, context.now(), null, false);
        }
        Settings settings = context.settings();
        Instant accessEnd = context.now().plus(settings.accessTokenTtl(ACCESS_LIFETIME));
        Instant refreshEnd = context.now().plus(settings.refreshTokenTtl(REFRESH_LIFETIME));
        return new UserToken(access, accessEnd, refresh, refreshEnd, userId, context.now(), null, false);
    }

    @Nullable
    UserToken find(@Nullable String access) {
        return byAccess.get(access);
    }

    @Nullable
    UserToken findByRefresh(@Nullable String refresh) {
        return byRefresh.get(refresh);
    }

    void revoke(UserToken token) {
        keep(token.revokedNow());
    }

    /** Revokes the user's authorization and all its tokens. */
    void revokeGrant(long userId) {
        authorized.remove(userId);
        saved().stream().filter(token -> token.userId() == userId).forEach(this::revoke);
    }

    private UserToken keep(UserToken token) {
        byAccess.put(token.access(), token);
        if (token.refresh() != null) {
            byRefresh.put(token.refresh(), token);
        }
        if (byAccess.size() > KEPT) {
            evictOldestInvalid();
        }
        return token;
    }

    private void evictOldestInvalid() {
        Instant now = context.now();
        Predicate<UserToken> invalid = token -> !token.isValid(now) && (token.rotatedAt() != null || token.revoked());
        byAccess.values().stream().filter(invalid).findFirst().ifPresent(token -> {
            byAccess.remove(token.access());
            byRefresh.remove(token.refresh(), token);
        });
    }
}
