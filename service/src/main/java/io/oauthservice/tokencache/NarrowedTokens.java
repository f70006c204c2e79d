package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.provider.Repositories;
import io.oauthservice.tokencache.RequestAddresses.TokenForCeiling;
import io.oauthservice.concurrent.ReadMark;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import tools.jackson.databind.json.JsonMapper;

/**
 * Narrowed tokens, which exist in memory only, by installation and variant. A token is evicted when its grant changes on any
 * replica, but not when the grant's own token is refreshed, and when a caller reports it as rejected.
 */
@Component
public final class NarrowedTokens implements SmartLifecycle {

    /** A provider's servers may not know a token that was issued a moment ago: docs/providers.md 1.6. */
    public static final Duration TOO_YOUNG_TO_REPORT = Duration.ofSeconds(10);

    private static final int PER_CALLER = 100;
    private static final int REPOSITORIES_PER_WEIGHT = 20;
    private static final int MAX_REFUSALS = 10_000;
    private static final Duration REFUSED_FOR = Duration.ofMinutes(1);
    private static final Duration COVERED_FOR = Duration.ofMinutes(10);
    private static final Duration REPLACED_EVERY = Duration.ofMinutes(1);

    private final Installations installations;
    private final TokenProperties properties;
    private final JsonMapper json;
    private final CacheAge age;
    private final ByInstallation<VariantKey, CachedNarrowedToken> tokens;
    private final RequestAddresses addresses = new RequestAddresses();
    private final Map<Share, Set<VariantKey>> shares = new ConcurrentHashMap<>();
    private final RecentNotifications changes = new RecentNotifications();
    private final Cache<VariantKey, BeyondGrantException.Reason> refusals = Caffeine.newBuilder()
            .maximumSize(MAX_REFUSALS)
            .expireAfterWrite(REFUSED_FOR)
            .build();
    private final Cache<VariantKey, Boolean> replaced = Caffeine.newBuilder()
            .maximumSize(MAX_REFUSALS)
            .expireAfterWrite(REPLACED_EVERY)
            .build();
    private final Cache<CoveredKey, Covered> covered = Caffeine.newBuilder()
            .maximumSize(MAX_REFUSALS)
            .expireAfterWrite(COVERED_FOR)
            .build();
    private Disposable listener = Disposables.disposed();

    NarrowedTokens(
            Installations installations, TokenProperties properties, JsonMapper json, CacheAge age) {
        this.installations = installations;
        this.properties = properties;
        this.json = json;
        this.age = age;
        this.tokens =
                new ByInstallation<>(
                        properties.narrowedCacheSize(),
                        (key, token) -> 1 + key.variant().size() / REPOSITORIES_PER_WEIGHT,
                        token -> token.key().installation()) {
                    @Override
                    void onRemoved(VariantKey key, CachedNarrowedToken token) {
                        token.markEvicted();
                        removeFromShare(key, token);
                    }
                };
    }

    /** The responses that requests with this address may get, by the caller's ceiling; null: there are none. */
    public @Nullable Found find(String address) {
        List<TokenForCeiling> targets = addresses.find(address);
        return targets == null ? null : new Found(targets);
    }

    /** The response that may be served only while the database is unavailable. */
    public Optional<CachedResponse> findStale(String address, Caller caller) {
        Found found = find(address);
        return Optional.ofNullable(found == null ? null : found.response(caller))
                .filter(age::isServableStale)
                .filter(response -> response.permits(caller));
    }

    /** Responses in use that have to be revalidated, now or soon. */
    List<CachedResponse> ageing() {
        return tokens.all().stream()
                .map(CachedNarrowedToken::response)
                .filter(age::isAgeing)
                .filter(CachedResponse::clearAccessed)
                .toList();
    }

    /** To be called before the database is read. */
    public ReadMark markRead() {
        return changes.mark();
    }

    /**
     * The token of a grant that was read; null: there is none. If the grant has changed since, the token is evicted.
     *
     * @param now the grant as it was read
     */
    public @Nullable CachedNarrowedToken find(VariantKey key, Installation now, ReadMark mark) {
        CachedNarrowedToken token = tokens.find(key);
        if (token == null) {
            return null;
        }
        if (!now.hasGrantOf(token.installation())) {
            tokens.remove(key, token);
            return null;
        }
        token.replaceResponse(response(token.live(), now, mark, token.response()));
        return token;
    }

    private CachedResponse response(LiveToken live, Installation now, ReadMark mark, CachedResponse before) {
        if (before.installation().sequence() == now.sequence()
                && before.installation().tokens().version() == now.tokens().version()) {
            before.markRevalidated(mark.startedAt());
            return before;
        }
        return response(live, now, mark);
    }

    private CachedResponse response(LiveToken live, Installation now, ReadMark mark) {
        return new CachedResponse(
                live, now, true, Objects.requireNonNull(live.cacheableUntil()), json, mark.startedAt());
    }

    /**
     * Caches a token that was issued, unless a change since the read began concerns its grant.
     *
     * @param live the token
     * @param now its grant as it was read
     */
    public CachedNarrowedToken keep(
            VariantKey key,
            LiveToken live,
            @Nullable List<Repository> repositories,
            Installation now,
            Caller caller,
            ReadMark mark) {
        CachedNarrowedToken token =
                new CachedNarrowedToken(key, caller.name(), repositories, response(live, now, mark));
        if (isOutdated(live, now, mark)) {
            token.markEvicted();
            return token;
        }
        tokens.put(key, token);
        addToShare(key, token);
        if (isOutdated(live, now, mark)) {
            tokens.remove(key, token);
        }
        return token;
    }

    private boolean isOutdated(LiveToken live, Installation now, ReadMark mark) {
        TokenKey lookup = new TokenKey(now.platform().id(), live.organisation().id());
        return changes.anyConcerns(lookup, now.id(), mark.changes(), changes.last());
    }

    /** From now on requests of this address, by callers with the same ceiling, may be served without a read. */
    public void remember(String address, Caller caller, CachedNarrowedToken token) {
        if (properties.cacheSize() > 0 && !token.isEvicted()) {
            addresses.remember(address, caller.ceiling(token.installation().platform()), token);
        }
    }

    /** Why the provider refused a token of this variant within the last minute; null: it did not. */
    public BeyondGrantException.@Nullable Reason findRefusal(VariantKey key) {
        return refusals.getIfPresent(key);
    }

    /** The provider does not issue a token of this variant, unless the grant changes. */
    public void refuse(VariantKey key, BeyondGrantException.Reason reason, ReadMark mark) {
        refusals.put(key, reason);
        if (mark.changes() < changes.last()) {
            refusals.invalidate(key);
        }
    }

    /** Which of the repositories of a ceiling the grant covers; null: it is not known. */
    public @Nullable Covered findCovered(InstallationId installation, Repositories ceiling) {
        return covered.getIfPresent(new CoveredKey(installation, ceiling));
    }

    /** Remembers which of the repositories of a ceiling the grant covers, unless it has changed since. */
    public void cover(InstallationId installation, Repositories ceiling, Covered repositories, ReadMark mark) {
        CoveredKey key = new CoveredKey(installation, ceiling);
        covered.put(key, repositories);
        if (mark.changes() < changes.last()) {
            covered.invalidate(key);
        }
    }

    /** The cached token of this fingerprint. */
    public Optional<CachedNarrowedToken> findReported(InstallationId installation, String fingerprint) {
        return tokens.keysOf(installation).stream()
                .map(tokens::find)
                .filter(token -> token != null && fingerprint.equals(fingerprint(token)))
                .findFirst();
    }

    private static @Nullable String fingerprint(CachedNarrowedToken token) {
        return token.live().installation().tokens().fingerprint();
    }

    /** Whether a reported token of this variant may be replaced now, which happens once a minute at most. */
    public boolean mayReplace(VariantKey key) {
        return replaced.asMap().putIfAbsent(key, true) == null;
    }

    /** What was issued for one caller of one installation is bounded; the oldest is evicted. */
    private void addToShare(VariantKey key, CachedNarrowedToken token) {
        VariantKey[] oldest = new VariantKey[1];
        shares.compute(share(key, token), (share, before) -> {
            Set<VariantKey> keys = before == null ? new LinkedHashSet<>() : before;
            keys.add(key);
            if (keys.size() > PER_CALLER) {
                oldest[0] = keys.iterator().next();
            }
            return keys;
        });
        if (oldest[0] != null) {
            tokens.remove(oldest[0]);
        }
        if (token.isEvicted()) {
            removeFromShare(key, token);
        }
    }

    private void removeFromShare(VariantKey key, CachedNarrowedToken token) {
        shares.computeIfPresent(share(key, token), (share, keys) -> {
            keys.remove(key);
            return keys.isEmpty() ? null : keys;
        });
    }

    private static Share share(VariantKey key, CachedNarrowedToken token) {
        return new Share(token.caller(), key.installation());
    }

    /** Records the change before it evicts: a token that is cached meanwhile is checked against the record. */
    private void onChange(InstallationChange change) {
        switch (change) {
            case Changed changed
            when changed.grant() -> {
                changes.add(changed);
                evict(changed);
            }
            case Changed tokensOnly -> {}
            case TokenReported reported ->
                findReported(reported.id(), reported.fingerprint())
                        .filter(token -> token.isOlderThan(TOO_YOUNG_TO_REPORT))
                        .ifPresent(token -> tokens.remove(token.key(), token));
            case Missed missed -> {
                changes.add(missed);
                refusals.invalidateAll();
                covered.invalidateAll();
                age.markMissed();
            }
        }
    }

    private void evict(Changed changed) {
        tokens.removeAllOf(changed.id());
        refusals.asMap().keySet().removeIf(key -> key.installation().equals(changed.id()));
        covered.asMap().keySet().removeIf(key -> key.installation().equals(changed.id()));
        if (!changed.defaultOf().isEmpty()) {
            tokens.all().stream()
                    .filter(token -> isOfOthers(token, changed))
                    .forEach(token -> tokens.remove(token.key(), token));
        }
    }

    /** Whether it belongs to an organisation that has another default grant now. */
    private static boolean isOfOthers(CachedNarrowedToken token, Changed changed) {
        return token.installation().platform().id().equals(changed.platform())
                && changed.defaultOf().contains(token.key().orgId());
    }

    @Override
    public void start() {
        listener = installations.onChange(this::onChange);
    }

    @Override
    public void stop() {
        listener.dispose();
    }

    @Override
    public boolean isRunning() {
        return !listener.isDisposed();
    }

    /**
     * What a grant covers of the repositories of a ceiling.
     *
     * @param repositories null: none of them
     * @param readAt when the provider was asked, by {@link System#nanoTime()}
     */
    public record Covered(@Nullable Repositories repositories, long readAt) {}

    private record CoveredKey(InstallationId installation, Repositories ceiling) {}

    private record Share(String caller, InstallationId installation) {}

    /** The responses to requests with one address. */
    public final class Found {

        private final List<TokenForCeiling> targets;

        private Found(List<TokenForCeiling> targets) {
            this.targets = targets;
        }

        /** The response that this caller may get without a read; null: there is none. */
        public @Nullable CachedResponse find(Caller caller) {
            CachedResponse response = response(caller);
            if (response == null) {
                return null;
            }
            response.markAccessed();
            return age.isServable(response) && response.permits(caller) ? response : null;
        }

        private @Nullable CachedResponse response(Caller caller) {
            // All targets of one address belong to one platform.
            TokenForCeiling target = RequestAddresses.find(
                    targets,
                    caller.ceiling(targets.getFirst().token().installation().platform()));
            return target == null ? null : target.token().response();
        }
    }
}
