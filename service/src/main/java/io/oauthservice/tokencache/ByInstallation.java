package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import io.oauthservice.installation.InstallationId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache whose values are found by a key and by the installation that they come from. Both are changed
 * together, under the key's lock, so that a change of one grant evicts its values without a scan of the others.
 */
final class ByInstallation<K, V> {

    private final Cache<K, V> byKey;
    private final Function<V, InstallationId> installation;
    private final Consumer<V> onRemoved;
    private final Map<InstallationId, Set<K>> keys = new ConcurrentHashMap<>();

    /**
     * An empty cache.
     *
     * @param maximumWeight of all values together
     * @param onRemoved is called under the key's lock with each value that was removed or replaced
     */
    ByInstallation(
            long maximumWeight,
            Weigher<K, V> weigher,
            Function<V, InstallationId> installation,
            Consumer<V> onRemoved) {
        this.installation = installation;
        this.onRemoved = onRemoved;
        // Maintenance is short, so it runs in the calling thread. The listener runs under the key's lock.
        this.byKey = Caffeine.newBuilder()
                .maximumWeight(maximumWeight)
                .weigher(weigher)
                .executor(Runnable::run)
                .<K, V>evictionListener((key, value, cause) -> {
                    if (key != null && value != null) {
                        removeKey(key, value);
                    }
                })
                .build();
    }

    @Nullable
    V find(K key) {
        return byKey.getIfPresent(key);
    }

    Collection<V> all() {
        return byKey.asMap().values();
    }

    Set<K> keysOf(InstallationId id) {
        return Set.copyOf(keys.getOrDefault(id, Set.of()));
    }

    void put(K key, V value) {
        byKey.asMap().compute(key, (same, before) -> {
            if (before != null) {
                removeKey(key, before);
            }
            addKey(key, value);
            return value;
        });
    }

    void remove(K key) {
        byKey.asMap().computeIfPresent(key, (same, value) -> removeKey(key, value));
    }

    /** Removes this value, unless it was replaced. */
    void remove(K key, V value) {
        byKey.asMap().computeIfPresent(key, (same, now) -> now.equals(value) ? removeKey(key, now) : now);
    }

    /** Removes the values of this installation. */
    void removeAllOf(InstallationId id) {
        keys.getOrDefault(id, Set.of())
                .forEach(key -> byKey.asMap()
                        .computeIfPresent(
                                key,
                                (same, value) -> installation.apply(value).equals(id) ? removeKey(key, value) : value));
    }

    private @Nullable V removeKey(K key, V value) {
        keys.computeIfPresent(installation.apply(value), (id, now) -> {
            now.remove(key);
            return now.isEmpty() ? null : now;
        });
        onRemoved.accept(value);
        return null;
    }

    private void addKey(K key, V value) {
        keys.compute(installation.apply(value), (id, before) -> {
            Set<K> now = before == null ? ConcurrentHashMap.newKeySet() : before;
            now.add(key);
            return now;
        });
    }

    /** The number of installations that have a value. */
    int installations() {
        return keys.size();
    }
}
