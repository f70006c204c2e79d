package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.installation.InstallationId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cached responses, found by what callers ask for and by the installation that they come from. Both are changed together,
 * under the key's lock, so that a change of one grant evicts its responses without a scan of the others.
 */
final class CachedResponses {

    private final Cache<Lookup, CachedResponse> byKey;
    private final Map<InstallationId, Set<Lookup>> keys = new ConcurrentHashMap<>();

    CachedResponses(long maximumSize) {
        // Maintenance is short, so it runs in the calling thread. The listener runs under the key's lock.
        this.byKey = Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .executor(Runnable::run)
                .<Lookup, CachedResponse>evictionListener((key, response, cause) -> {
                    if (key != null && response != null) {
                        removeKey(key, response);
                    }
                })
                .build();
    }

    @Nullable
    CachedResponse find(Lookup key) {
        return byKey.getIfPresent(key);
    }

    Collection<CachedResponse> all() {
        return byKey.asMap().values();
    }

    void put(Lookup key, CachedResponse response) {
        byKey.asMap().compute(key, (same, before) -> {
            if (before != null) {
                removeKey(key, before);
            }
            addKey(key, response);
            return response;
        });
    }

    void remove(Lookup key) {
        byKey.asMap().computeIfPresent(key, (same, response) -> removed(key, response));
    }

    /** Removes this response, unless it was replaced. */
    void remove(Lookup key, CachedResponse response) {
        byKey.asMap().computeIfPresent(key, (same, now) -> now == response ? removed(key, now) : now);
    }

    /** Removes the responses of this installation. */
    void removeAllOf(InstallationId id) {
        keys.getOrDefault(id, Set.of())
                .forEach(key -> byKey.asMap()
                        .computeIfPresent(
                                key,
                                (same, response) ->
                                        response.installation().id().equals(id) ? removed(key, response) : response));
    }

    private @Nullable CachedResponse removed(Lookup key, CachedResponse response) {
        removeKey(key, response);
        return null;
    }

    private void addKey(Lookup key, CachedResponse response) {
        keys.compute(response.installation().id(), (id, before) -> {
            Set<Lookup> now = before == null ? ConcurrentHashMap.newKeySet() : before;
            now.add(key);
            return now;
        });
    }

    private void removeKey(Lookup key, CachedResponse response) {
        keys.computeIfPresent(response.installation().id(), (id, now) -> {
            now.remove(key);
            return now.isEmpty() ? null : now;
        });
    }

    /** The number of installations that have a response. */
    int installations() {
        return keys.size();
    }
}
