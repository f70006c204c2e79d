package io.oauthservice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The rate limits of callers, on this replica. A caller keeps its limit when it is created again, by a reload of the
 * access file or by its next JWT.
 */
@Component
class RateLimits {

    private static final int MAX_PER_SECOND = 1_000_000;

    /** A limit is kept as long as a {@link Caller} has it: the API clients and the cached callers of JWTs. */
    private final Cache<String, RateLimit> limits =
            Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

    /** A person's {@link Caller} is created by each request, and a used limit is complete again after a second. */
    private final Cache<String, RateLimit> recent = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofSeconds(10))
            .maximumSize(10_000)
            .executor(Runnable::run)
            .build();

    private final MeterRegistry meters;

    RateLimits(MeterRegistry meters) {
        this.meters = meters;
    }

    static void check(String setting, @Nullable Integer perSecond) {
        if (perSecond != null && (perSecond < 1 || perSecond > MAX_PER_SECOND)) {
            throw new SettingException(setting + ".requests-per-second", "must be 1 to " + MAX_PER_SECOND);
        }
    }

    /**
     * The limit of one caller.
     *
     * @param tag the API client, issuer or group of callers in whose metric rejected requests are counted
     * @param perSecond null: not limited
     */
    @Nullable
    RateLimit of(String tag, String caller, @Nullable Integer perSecond) {
        if (perSecond == null) {
            return null;
        }
        Counter rejected = Counter.builder("oauth.access.rate.limited")
                .tag("client", tag)
                .description("Requests that were answered with 429, by API client or issuer")
                .register(meters);
        RateLimit limit = limits.asMap()
                .compute(
                        caller,
                        (name, existing) -> existing != null && existing.perSecond() == perSecond
                                ? existing
                                : new RateLimit(perSecond, System::nanoTime, rejected));
        recent.put(caller, limit);
        return limit;
    }
}
