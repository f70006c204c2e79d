package io.oauthservice.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a JWT that was found to be good lately, by the JWT's SHA-256. Only good ones have a place here, so that nobody
 * can fill it with others.
 */
final class RememberedCallers {

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MOST = 10_000;

    private final Cache<String, Remembered> callers;

    RememberedCallers(Ticker ticker) {
        // Its housekeeping is short, and another thread is not worth waking for it.
        callers = Caffeine.newBuilder()
                .maximumSize(MOST)
                .executor(Runnable::run)
                .ticker(ticker)
                .expireAfter(Expiry.creating((String hash, Remembered remembered) -> remembered.life()))
                .build();
    }

    @Nullable
    Caller find(String hash) {
        Remembered remembered = callers.getIfPresent(hash);
        return remembered == null ? null : remembered.caller();
    }

    /** @param life what the token has left; none: it is not remembered */
    void keep(String hash, Caller caller, Duration life) {
        if (life.isPositive()) {
            callers.put(hash, new Remembered(caller, life.compareTo(LONGEST) < 0 ? life : LONGEST));
        }
    }

    private record Remembered(Caller caller, Duration life) {}
}
