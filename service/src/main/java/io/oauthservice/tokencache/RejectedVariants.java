package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The variants for which the provider refused a token within the last minute, and why. */
public final class RejectedVariants {

    private static final int MAX_ENTRIES = 10_000;
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    private final RecentNotifications changes;
    private final Cache<VariantKey, BeyondGrantException.Reason> entries = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(KEPT_FOR)
            .build();

    RejectedVariants(RecentNotifications changes) {
        this.changes = changes;
    }

    /** Null: it was not rejected. */
    public BeyondGrantException.@Nullable Reason find(VariantKey key) {
        return entries.getIfPresent(key);
    }

    /** Does nothing if any grant has changed since the read began. */
    public void put(VariantKey key, BeyondGrantException.Reason reason, ReadMark mark) {
        entries.put(key, reason);
        if (mark.changes() < changes.last()) {
            entries.invalidate(key);
        }
    }

    void evict(InstallationId installation) {
        entries.asMap().keySet().removeIf(key -> key.installation().equals(installation));
    }

    void evictAll() {
        entries.invalidateAll();
    }
}
