package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.oauthservice.access.Caller;
import java.time.Duration;

/** How often each caller may do something per minute. */
final class CallerLimit {

    private static final int MAX_CALLERS = 10_000;

    private final RateLimiterConfig limit;
    private final Cache<String, RateLimiter> limiters =
            Caffeine.newBuilder().maximumSize(MAX_CALLERS).build();

    CallerLimit(int perMinute) {
        this.limit = RateLimiterConfig.custom()
                .limitForPeriod(perMinute)
                .limitRefreshPeriod(Duration.ofMinutes(1))
                .timeoutDuration(Duration.ZERO)
                .build();
    }

    /** Counts one; false if the limit is reached. */
    boolean tryAcquire(Caller caller) {
        return limiters.get(caller.name(), name -> RateLimiter.of(name, limit)).acquirePermission();
    }
}
