package io.oauthservice.tokencache;

import io.oauthservice.installation.Installation;
import io.oauthservice.provider.NarrowedToken.Repository;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A narrowed token in memory, and the cached response that serves it. */
public final class CachedNarrowedToken {

    private static final int MAX_ADDRESSES = 8;

    private final VariantKey key;
    private final String caller;
    private final @Nullable List<Repository> repositories;
    private final long issuedAt = System.nanoTime();
    private final AtomicInteger addresses = new AtomicInteger();
    private volatile CachedResponse response;
    private volatile boolean evicted;

    /**
     * @param caller the name of the caller that had it issued
     * @param repositories those that it covers; null: it is not limited to repositories
     */
    CachedNarrowedToken(
            VariantKey key, String caller, @Nullable List<Repository> repositories, CachedResponse response) {
        this.key = key;
        this.caller = caller;
        this.repositories = repositories;
        this.response = response;
    }

    public VariantKey key() {
        return key;
    }

    String caller() {
        return caller;
    }

    public LiveToken live() {
        return response.live();
    }

    public @Nullable List<Repository> repositories() {
        return repositories;
    }

    /** The installation as it was when the token was last revalidated. */
    public Installation installation() {
        return response.installation();
    }

    CachedResponse response() {
        return response;
    }

    void replaceResponse(CachedResponse now) {
        response = now;
    }

    public boolean isOlderThan(Duration age) {
        return System.nanoTime() - issuedAt >= age.toNanos();
    }

    /** Whether another address of its request may be cached. */
    boolean tryAddAddress() {
        return addresses.get() < MAX_ADDRESSES && addresses.incrementAndGet() <= MAX_ADDRESSES;
    }

    boolean isEvicted() {
        return evicted;
    }

    void markEvicted() {
        evicted = true;
    }
}
