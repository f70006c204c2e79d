package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.access.Caller;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A limit for each caller and minute. The minute begins with the first call. Does not use Resilience4j's rate limiter,
 * whose compare-and-set parks the thread under contention: this runs on event loops.
 */
final class CallerLimit {

    private static final int MAX_CALLERS = 10_000;

    private final int perMinute;
    private final Cache<String, AtomicInteger> counts = Caffeine.newBuilder()
            .maximumSize(MAX_CALLERS)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    CallerLimit(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Counts one; false if the limit is reached. */
    boolean tryAcquire(Caller caller) {
        return counts.get(caller.name(), name -> new AtomicInteger()).incrementAndGet() <= perMinute;
    }
}
