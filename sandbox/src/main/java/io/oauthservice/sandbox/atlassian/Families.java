package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The token families, the dead ones included. */
final class Families {

    /** What outlives a restart. */
    record Saved(long lastId, List<Family> families) {}

    private static final Duration IDLE = Duration.ofDays(90);
    private static final Duration ABSOLUTE = Duration.ofDays(365);

    private final Stage stage;
    private final Map<Long, Family> byId = new LinkedHashMap<>();
    private long lastId;

    Families(Stage stage) {
        this.stage = stage;
    }

    Saved saved() {
        return new Saved(lastId, List.copyOf(byId.values()));
    }

    /** The ids that were given stay given. */
    Saved atStart() {
        return new Saved(lastId, List.of());
    }

    void become(Saved saved) {
        byId.clear();
        lastId = saved.lastId();
        saved.families().forEach(this::put);
    }

    Family start(User user, List<String> scopes) {
        Instant now = stage.now();
        return put(new Family(++lastId, user.accountId(), scopes, now.plus(ABSOLUTE), idleUntil(now), 0, null, null));
    }

    /** One that is known to exist. */
    Family family(long id) {
        Family family = byId.get(id);
        if (family == null) {
            throw new IllegalStateException("No family " + id);
        }
        return family;
    }

    /** The next generation takes over where the current one was used; a latecomer within the leeway changes nothing. */
    Family rotate(Family family, RefreshToken used) {
        return used.generation() == family.generation() ? put(family.rotated(stage.now())) : family;
    }

    /** A use restarts the idle time. */
    Family use(Family family) {
        return put(family.usedUntil(idleUntil(stage.now())));
    }

    void end(Family family, Death why) {
        put(family.ended(why));
    }

    void endAllOf(User user, Death why) {
        List.copyOf(byId.values()).stream()
                .filter(family -> family.accountId().equals(user.accountId()))
                .forEach(family -> end(family, why));
    }

    private Instant idleUntil(Instant now) {
        return now.plus(stage.settings().refreshTokenTtl(IDLE));
    }

    private Family put(Family family) {
        byId.put(family.id(), family);
        return family;
    }
}
