package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Weigher;
import io.oauthservice.access.Caller;
import io.oauthservice.background.BackgroundSubscription;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens of default grants, by organisation. A response is evicted when its grant changes on any replica, or when
 * another grant becomes the default of its organisation. It has to be revalidated when it is old, or when notifications
 * of changes may have been missed.
 */
@Component
@EnableConfigurationProperties(TokenProperties.class)
public final class TokenCache {

    /** The path of token requests; the platform follows. */
    public static final String PATH = "/oauth/token/";

    private final ChangeNotifications notifications;
    private final TokenProperties properties;
    private final JsonMapper json;
    private final CacheAge age;
    private final ByInstallation<TokenKey, CachedResponse> responses;
    private final RecentNotifications changes = new RecentNotifications();
    private final SingleFlight<ReadKey, SharedRead> reads = new SingleFlight<>();

    TokenCache(ChangeNotifications notifications, TokenProperties properties, JsonMapper json, CacheAge age) {
        this.notifications = notifications;
        this.properties = properties;
        this.json = json;
        this.age = age;
        this.responses = new ByInstallation<>(
                properties.cacheSize(),
                Weigher.singletonWeigher(),
                response -> response.installation().id(),
                removed -> {});
    }

    /** The response that may be served without a read; null: there is none. */
    @Nullable
    public CachedResponse find(TokenKey key) {
        CachedResponse response = responses.find(key);
        if (response == null) {
            return null;
        }
        response.markAccessed();
        return age.isServable(response) ? response : null;
    }

    /** Whether its token has to be refreshed before it is served. */
    public boolean needsRefresh(CachedResponse response) {
        return age.needsRefresh(response);
    }

    /** The response that may be served only while the database is unavailable: its token is not expired. */
    public Optional<CachedResponse> findStale(TokenKey key) {
        return Optional.ofNullable(responses.find(key)).filter(age::isServableStale);
    }

    /** Responses in use that have to be revalidated, now or soon. */
    List<CachedResponse> ageing() {
        return age.ageing(responses.all().stream());
    }

    /**
     * Reads a token and caches it. Equal concurrent requests of a caller share one read, unless a change of which this
     * replica was notified before the request may have made its result outdated. Empty and failed as the read.
     */
    public Mono<LiveToken> read(TokenKey key, Caller caller, Supplier<Mono<LiveToken>> read) {
        return read(new ReadKey(key, caller), read, markRead());
    }

    private Mono<LiveToken> read(ReadKey readKey, Supplier<Mono<LiveToken>> read, ReadMark requestedAt) {
        return reads.join(readKey, () -> readAndPut(readKey.key(), read))
                .flatMap(result -> isOlderThanRequest(readKey.key(), result, requestedAt)
                        ? read(readKey, read, requestedAt)
                        : result.token());
    }

    private Mono<SharedRead> readAndPut(TokenKey key, Supplier<Mono<LiveToken>> read) {
        ReadMark mark = markRead();
        return read.get()
                .doOnNext(live -> put(key, live, mark))
                .materialize()
                .map(signal -> new SharedRead(mark, signal));
    }

    private boolean isOlderThanRequest(TokenKey key, SharedRead result, ReadMark requestedAt) {
        long changesAtRead = result.mark().changes();
        LiveToken live = result.signal().get();
        // The grant that a problem of the caller comes from is not known: any change may concern it.
        return changesAtRead < requestedAt.changes()
                && (live == null
                        ? result.isCallersProblem()
                        : changes.anyConcerns(key, live.installation().id(), changesAtRead, requestedAt.changes()));
    }

    /** To be called before the database is read. */
    ReadMark markRead() {
        return changes.mark();
    }

    /** Caches what was read, unless a change since the read began concerns it. */
    void put(TokenKey key, LiveToken live, ReadMark mark) {
        Instant servableUntil = live.cacheableUntil();
        if (servableUntil == null
                || properties.cacheSize() == 0
                || !live.organisation().id().equals(key.orgId())
                || isOutdated(key, live, mark)) {
            return;
        }
        CachedResponse response = new CachedResponse(live, servableUntil, json, mark.startedAt());
        responses.put(key, response);
        if (isOutdated(key, live, mark)) {
            responses.remove(key, response);
        }
    }

    private boolean isOutdated(TokenKey key, LiveToken live, ReadMark mark) {
        return changes.anyConcerns(key, live.installation().id(), mark.changes(), changes.last());
    }

    /** Records the change before it evicts: a response that is cached meanwhile is checked against the record. */
    private void onChange(InstallationChange change) {
        changes.add(change);
        switch (change) {
            case Changed changed -> evict(changed);
            // Of another token than the stored one, which this cache holds.
            case TokenReported reported -> {}
            case Missed missed -> age.markMissed();
        }
    }

    private void evict(Changed changed) {
        responses.removeAllOf(changed.id());
        changed.defaultOf().forEach(org -> responses.remove(new TokenKey(changed.platform(), org)));
    }

    @Bean
    BackgroundSubscription tokenEvictions() {
        return new BackgroundSubscription(() -> notifications.listen(this::onChange));
    }

    private record ReadKey(TokenKey key, Caller caller) {}

    private record SharedRead(ReadMark mark, Signal<LiveToken> signal) {
        /** As opposed to a failure of the service, which may have ended by the caller's next request. */
        boolean isCallersProblem() {
            return signal.getThrowable() instanceof ErrorResponseException problem
                    && problem.getStatusCode().is4xxClientError();
        }

        Mono<LiveToken> token() {
            Throwable failure = signal.getThrowable();
            return failure == null ? Mono.justOrEmpty(signal.get()) : Mono.error(failure);
        }
    }
}
