package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.stage.Settings;
import io.oauthservice.sandbox.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tokens given out, oldest first; the dead ones are kept, to know a replay as one. */
final class Tokens {

    private static final Duration ACCESS_LIFE = Duration.ofHours(12);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final int LIVE_AT_ONCE = 2;
    private static final int KEPT = 5_000;

    private final Stage stage;
    private final Map<String, Token> byAccess = new LinkedHashMap<>();
    private final Map<String, String> accessByRefresh = new LinkedHashMap<>();

    Tokens(Stage stage, List<Token> saved) {
        this.stage = stage;
        saved.forEach(this::keep);
    }

    List<Token> saved() {
        return List.copyOf(byAccess.values());
    }

    /** Another pair where tokens rotate; else the one token that a grant has. */
    Token issue(Grant grant, boolean rotating) {
        return rotating ? keepInTheRoomMade(pair(grant)) : theLasting(grant);
    }

    /**
     * The next pair. The old access token lives on; where the refresh token had been used before, the refresh token
     * that it gave then is dead, and so are those that came of it.
     */
    Token rotate(Token old) {
        endRefreshTokensSince(old);
        Token next = pair(old.grant());
        keep(old.rotated(stage.now(), next));
        return keepInTheRoomMade(next);
    }

    @Nullable
    Token find(@Nullable String access) {
        return byAccess.get(access);
    }

    @Nullable
    Token findByRefresh(@Nullable String refresh) {
        return byAccess.get(accessByRefresh.get(refresh));
    }

    void endAccess(Token token, Ending why) {
        keep(token.accessEnded(why));
    }

    void endRefresh(Token token, Ending why) {
        keep(token.refreshEnded(why));
    }

    void endAll(Predicate<Grant> which, Ending why) {
        saved().stream()
                .filter(token -> which.test(token.grant()))
                .forEach(token -> keep(token.accessEnded(why).refreshEnded(why)));
    }

    /** Whether anything is left that opens something, or that gives what does. */
    boolean anyLives(Predicate<Grant> which) {
        Instant now = stage.now();
        return byAccess.values().stream()
                .filter(token -> which.test(token.grant()))
                .anyMatch(token -> token.accessLives(now) || token.refreshWaits(now));
    }

    private Token theLasting(Grant grant) {
        return live(grant).stream()
                .filter(token -> !token.rotating())
                .findFirst()
                .orElseGet(() -> keep(Token.lasting(grant, kind(grant) + stage.letters(64))));
    }

    private Token pair(Grant grant) {
        Settings settings = stage.settings();
        return Token.pair(
                grant,
                "xoxe." + kind(grant) + "1-" + stage.letters(160),
                stage.now().plus(settings.accessTokenTtl(ACCESS_LIFE)),
                "xoxe-1-" + stage.letters(140),
                stage.now().plus(settings.refreshTokenTtl(FOR_EVER)));
    }

    private static String kind(Grant grant) {
        return grant.bot() ? "xoxb-" : "xoxp-";
    }

    private Token keepInTheRoomMade(Token next) {
        List<Token> live = live(next.grant()).stream().filter(Token::rotating).toList();
        int tooMany = live.size() + 1 - LIVE_AT_ONCE;
        live.stream().limit(Math.max(0, tooMany)).forEach(oldest -> endAccess(oldest, Ending.SUPERSEDED));
        return keep(next);
    }

    private List<Token> live(Grant grant) {
        Instant now = stage.now();
        return byAccess.values().stream()
                .filter(token -> token.grant().equals(grant) && token.accessLives(now))
                .toList();
    }

    private void endRefreshTokensSince(Token old) {
        for (Token next = find(old.successor()); next != null; next = find(next.successor())) {
            endRefresh(next, Ending.SUPERSEDED);
        }
    }

    private Token keep(Token token) {
        byAccess.put(token.access(), token);
        if (token.refresh() != null) {
            accessByRefresh.put(token.refresh(), token.access());
        }
        if (byAccess.size() > KEPT) {
            forgetTheOldestDead();
        }
        return token;
    }

    private void forgetTheOldestDead() {
        Instant now = stage.now();
        Predicate<Token> dead = token -> !token.accessLives(now) && !token.refreshWaits(now);
        byAccess.values().stream().filter(dead).findFirst().ifPresent(token -> {
            byAccess.remove(token.access());
            accessByRefresh.remove(token.refresh());
        });
    }
}
