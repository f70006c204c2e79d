package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An answer that was rendered once, and everything that decides whether it may be given again. */
final class HotToken {

    private static final int MOST_ENTITLED = 1000;

    private final LiveToken live;
    private final String etag;
    private final byte[] json;
    private final Instant dueAt;
    private final List<String> reached;
    private volatile long confirmedAt;

    /** Since that was last looked at; that a reader's mark gets lost now and then does no harm. */
    private boolean askedFor;

    /** Asking a caller's permissions anew for each read costs more than all the rest. */
    private final Set<Caller> entitled = ConcurrentHashMap.newKeySet();

    HotToken(LiveToken live, byte[] json, Instant dueAt, long confirmedAt) {
        this.live = live;
        this.etag = TokenAnswer.etag(live).value();
        this.json = json;
        this.dueAt = dueAt;
        this.reached = live.installation().organisations().stream()
                .map(Organisation::id)
                .toList();
        this.confirmedAt = confirmedAt;
    }

    LiveToken live() {
        return live;
    }

    Installation installation() {
        return live.installation();
    }

    String etag() {
        return etag;
    }

    byte[] json() {
        return json;
    }

    /** By {@link System#nanoTime()}. */
    long confirmedAt() {
        return confirmedAt;
    }

    /** The database was asked at this moment, and it still holds. */
    void confirm(long at) {
        confirmedAt = at;
    }

    /** Whether anybody has asked for it since this was called before: what nobody wants any more needs no confirmation. */
    boolean wasAskedFor() {
        boolean asked = askedFor;
        askedFor = false;
        return asked;
    }

    void markAskedFor() {
        if (!askedFor) {
            askedFor = true;
        }
    }

    boolean isDue(Instant now) {
        return !now.isBefore(dueAt);
    }

    /** The policy of the ordinary way, remembered. */
    boolean isFor(Caller caller) {
        if (entitled.contains(caller)) {
            return true;
        }
        boolean may =
                caller.may(Caller.TOKENS_READ + ":" + installation().platform().id())
                        && caller.mayUse(live.organisation().id(), reached);
        if (may && entitled.size() < MOST_ENTITLED) {
            entitled.add(caller);
        }
        return may;
    }
}
