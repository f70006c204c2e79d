package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What providers have answered about grants. An answer is kept for a while, and forgotten when its grant changes. */
public final class ProviderAnswers<K, V> {

    private static final int MAX_ANSWERS = 10_000;

    private final RecentNotifications changes;
    private final Function<K, InstallationId> installation;
    private final Cache<K, V> answers;

    ProviderAnswers(RecentNotifications changes, Duration keptFor, Function<K, InstallationId> installation) {
        this.changes = changes;
        this.installation = installation;
        this.answers = Caffeine.newBuilder()
                .maximumSize(MAX_ANSWERS)
                .expireAfterWrite(keptFor)
                .build();
    }

    /** Null: it is not known. */
    public @Nullable V find(K key) {
        return answers.getIfPresent(key);
    }

    /** Not kept if any grant has changed since the provider was asked. Checked afterwards, so that no change is missed. */
    public void put(K key, V answer, ReadMark askedAt) {
        answers.put(key, answer);
        if (askedAt.changes() < changes.last()) {
            answers.invalidate(key);
        }
    }

    void evict(InstallationId id) {
        answers.asMap().keySet().removeIf(key -> installation.apply(key).equals(id));
    }

    void evictAll() {
        answers.invalidateAll();
    }
}
