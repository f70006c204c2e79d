package io.oauthservice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the callers of validated JWTs, by the SHA-256 of the JWT. Rejected JWTs are not cached, so that they
 * cannot evict others.
 */
final class ValidatedJwts {

    private static final Duration MAX_AGE = Duration.ofSeconds(60);
    private static final int MAX_SIZE = 10_000;

    private final Cache<String, Entry> callers;

    ValidatedJwts(Ticker ticker) {
        // Maintenance is short: it runs on the calling thread.
        callers = Caffeine.newBuilder()
                .maximumSize(MAX_SIZE)
                .executor(Runnable::run)
                .ticker(ticker)
                .expireAfter(Expiry.creating((String hash, Entry entry) -> entry.lifetime()))
                .build();
    }

    @Nullable
    Caller find(String hash) {
        Entry entry = callers.getIfPresent(hash);
        return entry == null ? null : entry.caller();
    }

    /** @param lifetime until the token expires; it is not cached unless positive */
    void put(String hash, Caller caller, Duration lifetime) {
        if (lifetime.isPositive()) {
            callers.put(hash, new Entry(caller, lifetime.compareTo(MAX_AGE) < 0 ? lifetime : MAX_AGE));
        }
    }

    private record Entry(Caller caller, Duration lifetime) {}
}
