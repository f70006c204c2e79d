package io.oauthservice.tokencache;

import io.oauthservice.grant.Freshness;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Decides how long a cached response may be served. */
@Component
final class CacheAge {

    private final TokenProperties properties;
    private final Freshness freshness;
    private final Clock clock;
    private volatile long missedAt = System.nanoTime();

    CacheAge(TokenProperties properties, Freshness freshness, Clock clock) {
        this.properties = properties;
        this.freshness = freshness;
        this.clock = clock;
    }

    /** Notifications may have been missed: everything has to be revalidated. */
    void markMissed() {
        missedAt = System.nanoTime();
    }

    /** Whether it may be served without a read of the database. */
    boolean isServable(CachedResponse response) {
        return isCurrent(response) && !needsRefresh(response);
    }

    private boolean isCurrent(CachedResponse response) {
        return isYoungerThan(properties.revalidateEvery(), response) && response.revalidatedAt() - missedAt > 0;
    }

    private static boolean isYoungerThan(Duration age, CachedResponse response) {
        return System.nanoTime() - response.revalidatedAt() < age.toNanos();
    }

    /** Whether its token is due for a refresh. */
    boolean needsRefresh(CachedResponse response) {
        return response.needsRefresh(clock.instant());
    }

    /** Whether it may be served while the database is unavailable: its token is not expired. */
    boolean isServableStale(CachedResponse response) {
        return isYoungerThan(properties.maxStale(), response)
                && freshness.isUsable(response.live().installation(), null);
    }

    /** Those in use that have to be revalidated, now or soon. */
    List<CachedResponse> ageing(Stream<CachedResponse> responses) {
        return responses
                .filter(this::isAgeing)
                .filter(CachedResponse::clearAccessed)
                .toList();
    }

    private boolean isAgeing(CachedResponse response) {
        return !isCurrent(response)
                || !isYoungerThan(properties.revalidateEvery().dividedBy(2), response);
    }
}
