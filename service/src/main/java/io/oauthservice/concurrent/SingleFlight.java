package io.oauthservice.concurrent;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Equal concurrent requests share one execution. An execution is detached from its callers: it starts with the first
 * subscriber and runs to its end, even if every caller cancels. Each caller gets its value, its failure, or empty.
 *
 * <p>No result is kept: an execution is forgotten before its callers get the result. A caller for which a shared result
 * may be outdated joins again: the next execution begins after all callers of this one have asked.
 *
 * @param <K> requests with equal keys share an execution
 * @param <V> the result
 */
public final class SingleFlight<K, V> {

    private final Map<Object, Mono<V>> inFlight = new ConcurrentHashMap<>();

    /** Joins the execution in flight for this key, else starts this one. */
    public Mono<V> join(K key, Supplier<Mono<V>> execution) {
        return Mono.defer(() -> inFlight.computeIfAbsent(key, same -> detach(same, execution)));
    }

    /** Always starts this execution. Callers of {@link #join} share it, unless another one is in flight already. */
    public Mono<V> start(K key, Supplier<Mono<V>> execution) {
        return Mono.defer(() -> {
            Mono<V> own = detach(key, execution);
            return inFlight.putIfAbsent(key, own) == null
                    ? own
                    : inFlight.computeIfAbsent(new Object(), unshared -> detach(unshared, execution));
        });
    }

    private Mono<V> detach(Object key, Supplier<Mono<V>> execution) {
        return Mono.defer(execution).doOnTerminate(() -> inFlight.remove(key)).cache();
    }

    /** Completes when the executions that are in flight now have ended, whatever their results. */
    public Mono<Void> whenEnded() {
        return Mono.defer(() -> Mono.whenDelayError(List.copyOf(inFlight.values())))
                .onErrorComplete();
    }
}
