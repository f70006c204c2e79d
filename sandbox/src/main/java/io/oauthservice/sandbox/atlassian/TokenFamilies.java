package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.ProviderContext;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The token families, including the invalid ones. */
final class TokenFamilies {

    /** The part that is saved across restarts. */
    record Saved(long lastId, List<TokenFamily> families) {}

    private static final Duration IDLE = Duration.ofDays(90);
    private static final Duration ABSOLUTE = Duration.ofDays(365);

    private final ProviderContext context;
    private final Map<Long, TokenFamily> byId = new LinkedHashMap<>();
    private long lastId;

    TokenFamilies(ProviderContext context) {
        this.context = context;
    }

    Saved saved() {
        return new Saved(lastId, List.copyOf(byId.values()));
    }

    /** Ids are not reused. */
    Saved atStart() {
        return new Saved(lastId, List.of());
    }

    void load(Saved saved) {
        byId.clear();
        lastId = saved.lastId();
        saved.families().forEach(this::put);
    }

    TokenFamily start(User user, List<String> scopes) {
        Instant now = context.now();
        return put(
                new TokenFamily(++lastId, user.accountId(), scopes, now.plus(ABSOLUTE), idleUntil(now), 0, null, null));
    }

    /** The family with this id, which must exist. */
    TokenFamily family(long id) {
        TokenFamily family = byId.get(id);
        if (family == null) {
            throw new IllegalStateException("No family " + id);
        }
        return family;
    }

    /** Starts the next generation if the token is of the current one; reuse within the leeway changes nothing. */
    TokenFamily rotate(TokenFamily family, RefreshToken used) {
        return used.generation() == family.generation() ? put(family.rotate(context.now())) : family;
    }

    /** A use restarts the idle time. */
    TokenFamily use(TokenFamily family) {
        return put(family.usedUntil(idleUntil(context.now())));
    }

    void end(TokenFamily family, InvalidationReason why) {
        put(family.end(why));
    }

    void endAllOf(User user, InvalidationReason why) {
        List.copyOf(byId.values()).stream()
                .filter(family -> family.accountId().equals(user.accountId()))
                .forEach(family -> end(family, why));
    }

    private Instant idleUntil(Instant now) {
        return now.plus(context.settings().refreshTokenTtl(IDLE));
    }

    private TokenFamily put(TokenFamily family) {
        byId.put(family.id(), family);
        return family;
    }
}
