package io.oauthservice.concurrent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what is in progress by key, and limits it. Keys without any are absent. */
public final class ConcurrencyCounts<K> {

    private final Map<K, Integer> counts = new ConcurrentHashMap<>();

    /** Counts one more; false, and nothing is counted, if that would exceed the limit. */
    public boolean tryEnter(K key, int limit) {
        if (counts.merge(key, 1, Integer::sum) > limit) {
            leave(key);
            return false;
        }
        return true;
    }

    public void leave(K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
}
