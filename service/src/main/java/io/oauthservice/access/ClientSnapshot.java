package io.oauthservice.access;

import io.oauthservice.access.AccessProperties.ApiKey;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All API clients at one time. Never changes: a reload replaces it as a whole.
 *
 * @param keys by the SHA-256 of the key in hex
 * @param callers by the client's name
 * @param displayNames by the client's name
 * @param anonymous the caller without credentials; null: there is none
 * @param networks where {@code anonymous} may call from
 */
record ClientSnapshot(
        Map<String, KnownKey> keys,
        Map<String, Caller> callers,
        Map<String, String> displayNames,
        @Nullable Caller anonymous,
        Networks networks) {

    ClientSnapshot {
        keys = Map.copyOf(keys);
        callers = Map.copyOf(callers);
        displayNames = Map.copyOf(displayNames);
    }

    boolean isEmpty() {
        return keys.isEmpty() && anonymous == null;
    }

    /** Null for a key that is unknown or has expired. */
    @Nullable
    Caller find(String hash, Clock clock) {
        KnownKey key = keys.get(hash);
        return key == null || key.isExpired(clock) ? null : key.caller();
    }

    /** Whether there is a client of this name that has the permission. */
    boolean may(String name, String permission) {
        Caller caller = callers.get(name);
        return caller != null && caller.may(permission);
    }

    /** Null unless the address may call without credentials. */
    @Nullable
    Caller findAnonymous(InetAddress address) {
        return anonymous != null && networks.contains(address) ? anonymous : null;
    }

    Stream<KnownKey> expiringKeys() {
        return keys.values().stream().filter(key -> key.expiresAt() != KnownKey.NEVER);
    }

    /**
     * A key of a client.
     *
     * @param id identifies it in metrics and logs: the first digits of its hash
     * @param expiresAt in milliseconds since 1970, or {@link #NEVER}
     */
    record KnownKey(Caller caller, String id, long expiresAt) {

        static final long NEVER = Long.MAX_VALUE;
        private static final int ID_LENGTH = 8;

        static KnownKey of(Caller caller, ApiKey key) {
            Instant end = key.expiresAt();
            return new KnownKey(caller, key.hash().substring(0, ID_LENGTH), end == null ? NEVER : end.toEpochMilli());
        }

        boolean isExpired(Clock clock) {
            return expiresAt != NEVER && clock.millis() >= expiresAt;
        }
    }
}
