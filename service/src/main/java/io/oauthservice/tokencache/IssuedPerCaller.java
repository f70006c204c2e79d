package io.oauthservice.tokencache;

import io.oauthservice.installation.InstallationId;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The cached tokens that were issued for one caller of one installation: their number is limited. */
final class IssuedPerCaller {

    private static final int MAX_TOKENS = 100;

    private final Map<Owner, Set<VariantKey>> keysByOwner = new ConcurrentHashMap<>();

    /** Returns the oldest token of the caller, which has to be evicted; null: the limit is not exceeded. */
    @Nullable
    VariantKey add(CachedNarrowedToken token) {
        VariantKey[] oldest = new VariantKey[1];
        keysByOwner.compute(owner(token), (owner, before) -> {
            Set<VariantKey> keys = before == null ? new LinkedHashSet<>() : before;
            keys.add(token.key());
            if (keys.size() > MAX_TOKENS) {
                oldest[0] = keys.iterator().next();
            }
            return keys;
        });
        return oldest[0];
    }

    void remove(CachedNarrowedToken token) {
        keysByOwner.computeIfPresent(owner(token), (owner, keys) -> {
            keys.remove(token.key());
            return keys.isEmpty() ? null : keys;
        });
    }

    private static Owner owner(CachedNarrowedToken token) {
        return new Owner(token.caller(), token.key().installation());
    }

    private record Owner(String caller, InstallationId installation) {}
}
