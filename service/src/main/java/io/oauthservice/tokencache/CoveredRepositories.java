package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Repositories;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Which repositories of a ceiling a grant covers, as the provider said within the last ten minutes. */
public final class CoveredRepositories {

    private static final int MAX_ENTRIES = 10_000;
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    private final RecentNotifications changes;
    private final Cache<Key, Covered> entries = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(KEPT_FOR)
            .build();

    CoveredRepositories(RecentNotifications changes) {
        this.changes = changes;
    }

    /** Null: it is not known. */
    public @Nullable Covered find(InstallationId installation, Repositories ceiling) {
        return entries.getIfPresent(new Key(installation, ceiling));
    }

    /** Does nothing if any grant has changed since the read began. */
    public void put(InstallationId installation, Repositories ceiling, Covered covered, ReadMark mark) {
        Key key = new Key(installation, ceiling);
        entries.put(key, covered);
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

    /**
     * What a grant covers of the repositories of a ceiling.
     *
     * @param repositories null: none of them
     * @param readAt when the provider was asked, by {@link System#nanoTime()}
     */
    public record Covered(@Nullable Repositories repositories, long readAt) {}

    private record Key(InstallationId installation, Repositories ceiling) {}
}
