package io.oauthservice.issuer;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What an issuer publishes: fetched when needed, once for all concurrent callers, and again after five minutes. */
final class CachedFetch<T> {

    /** The shortest time between two fetches, whatever their results. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    private final Mono<T> fetch;

    private volatile @Nullable Fetched<T> latest;

    /** Fetches nothing yet. */
    CachedFetch(Mono<T> source, Consumer<Throwable> onFailure) {
        this.fetch = source.timeout(TIME_LIMIT)
                .doOnNext(value -> latest = new Fetched<>(value, System.nanoTime()))
                .doOnError(onFailure)
                .cache(value -> INTERVAL, failure -> INTERVAL, () -> INTERVAL);
    }

    /** What was fetched last, if it is younger than this; else null. */
    @Nullable
    T findYoungerThan(Duration age) {
        Fetched<T> found = latest;
        return found == null || System.nanoTime() - found.at() >= age.toNanos() ? null : found.value();
    }

    /** Fetches it again, or repeats the result or the failure of a fetch within the interval. */
    Mono<T> fetch() {
        return fetch;
    }

    /** What was fetched last, if it is fresh; else {@link #fetch}. */
    Mono<T> fresh() {
        return Mono.defer(() -> {
            T value = findYoungerThan(FRESH_FOR);
            return value == null ? fetch : Mono.just(value);
        });
    }

    private record Fetched<T>(T value, long at) {}
}
