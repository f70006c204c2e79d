package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Retryable;
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
 * Limits the concurrent refreshes for callers on one platform. A slot is acquired before the lease: an attempt
 * that waits for a slot must not block other replicas.
 */
@Component
class RefreshSlots {

    private final Map<Platform, InstrumentedPool<Object>> slots = new ConcurrentHashMap<>();
    private final RefreshProperties properties;

    RefreshSlots(RefreshProperties properties) {
        this.properties = properties;
    }

    /** Runs the work in a slot; fails with {@link RefreshException} where none becomes free in time. */
    <T> Mono<T> in(Platform platform, Mono<T> work) {
        return Mono.usingWhen(of(platform).acquire(properties.waitForOthers()), slot -> work, PooledRef::release)
                .onErrorMap(
                        RefreshSlots::isFull,
                        full -> RefreshException.of(Retryable.notSent(
                                "too_many_refreshes", "Too many refreshes of " + platform + " are in progress", full)));
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
