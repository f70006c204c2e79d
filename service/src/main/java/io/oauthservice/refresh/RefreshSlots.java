package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Retryable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolAcquireTimeoutException;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/**
 * How many refreshes for callers may be under way on one platform. Whoever finds no slot waits for one, and takes no
 * lease before: it would keep other replicas from what they have slots for.
 */
@Component
class RefreshSlots {

    private final Map<Platform, InstrumentedPool<Object>> slots = new ConcurrentHashMap<>();
    private final RefreshProperties properties;

    RefreshSlots(RefreshProperties properties) {
        this.properties = properties;
    }

    /** The work, in a slot; fails with {@link RefreshFailed} where none becomes free in time. */
    <T> Mono<T> in(Platform platform, Mono<T> work) {
        Duration patience = properties.waitForOthers();
        return Mono.usingWhen(of(platform).acquire(patience), slot -> work, PooledRef::release)
                .onErrorMap(
                        RefreshSlots::isFull,
                        full -> RefreshFailed.of(new Retryable(
                                "too_many_refreshes",
                                "Too many refreshes of " + platform + " are in progress",
                                false,
                                full)));
    }

    private static boolean isFull(Throwable failure) {
        return failure instanceof PoolAcquireTimeoutException || failure instanceof PoolAcquirePendingLimitException;
    }

    private InstrumentedPool<Object> of(Platform platform) {
        return slots.computeIfAbsent(
                platform,
                first -> PoolBuilder.from(Mono.fromSupplier(Object::new))
                        .sizeBetween(0, properties.concurrency())
                        .maxPendingAcquire(properties.waiting())
                        .buildPool());
    }
}
