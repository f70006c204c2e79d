package io.oauthservice.tokencache;

import io.oauthservice.access.Caller;
import io.oauthservice.background.BackgroundSubscription;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.NarrowedToken.Repository;
import io.oauthservice.tokencache.RequestAddresses.TokenForCeiling;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Narrowed tokens, which exist in memory only, by installation and variant. A token is evicted when its grant changes
 * on any replica, or when a caller reports it as rejected. A refresh of the grant's own token does not evict it.
 */
@Component
public final class NarrowedTokens {

    /** A provider's servers may not know a token that was issued a moment ago: docs/providers.md 1.6. */
    public static final Duration TOO_YOUNG_TO_REPORT = Duration.ofSeconds(10);

    private static final int REPOSITORIES_PER_WEIGHT = 20;
    private static final Duration REJECTED_FOR = Duration.ofMinutes(1);
    private static final Duration COVERED_FOR = Duration.ofMinutes(10);

    private final ChangeNotifications notifications;
    private final TokenProperties properties;
    private final JsonMapper json;
    private final CacheAge age;
    private final ByInstallation<VariantKey, CachedNarrowedToken> tokens;
    private final RequestAddresses addresses = new RequestAddresses();
    private final IssuedPerCaller issued = new IssuedPerCaller();
    private final RecentNotifications changes = new RecentNotifications();
    private final ProviderAnswers<VariantKey, BeyondGrantException.Reason> rejected =
            new ProviderAnswers<>(changes, REJECTED_FOR, VariantKey::installation);
    private final ProviderAnswers<CoveredRepositories.Key, CoveredRepositories> covered =
            new ProviderAnswers<>(changes, COVERED_FOR, CoveredRepositories.Key::installation);

    NarrowedTokens(ChangeNotifications notifications, TokenProperties properties, JsonMapper json, CacheAge age) {
        this.notifications = notifications;
        this.properties = properties;
        this.json = json;
        this.age = age;
        this.tokens = new ByInstallation<>(
                properties.narrowedCacheSize(),
                (key, token) -> 1 + key.variant().size() / REPOSITORIES_PER_WEIGHT,
                token -> token.key().installation(),
                this::markEvicted);
    }

    private void markEvicted(CachedNarrowedToken token) {
        token.markEvicted();
        issued.remove(token);
    }

    /** The variants of which the provider issues no token, and why. */
    public ProviderAnswers<VariantKey, BeyondGrantException.Reason> rejected() {
        return rejected;
    }

    public ProviderAnswers<CoveredRepositories.Key, CoveredRepositories> covered() {
        return covered;
    }

    /** The responses that requests with this address may get, by the caller's ceiling; null: there are none. */
    public @Nullable Responses find(String address) {
        List<TokenForCeiling> tokensForCeilings = addresses.find(address);
        return tokensForCeilings == null ? null : new Responses(tokensForCeilings);
    }

    /** The response that may be served only while the database is unavailable. */
    public Optional<CachedResponse> findStale(String address, Caller caller) {
        Responses responses = find(address);
        return Optional.ofNullable(responses == null ? null : responses.of(caller))
                .filter(age::isServableStale)
                .filter(response -> response.permits(caller));
    }

    /** Responses in use that have to be revalidated, now or soon. */
    List<CachedResponse> ageing() {
        return age.ageing(tokens.all().stream().map(CachedNarrowedToken::response));
    }

    /** To be called before the database is read. */
    public ReadMark markRead() {
        return changes.mark();
    }

    /**
     * The cached token, confirmed by its grant as it was read; null: there is none. If the grant has changed since the
     * token was cached, the token is evicted.
     */
    public @Nullable CachedNarrowedToken revalidate(VariantKey key, Installation asRead, ReadMark mark) {
        CachedNarrowedToken token = tokens.find(key);
        if (token == null) {
            return null;
        }
        if (!asRead.hasSameGrantAs(token.installation())) {
            tokens.remove(key, token);
            return null;
        }
        token.replaceResponse(response(token.live(), asRead, mark, token.response()));
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
    public CachedNarrowedToken put(
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
        VariantKey oldest = issued.add(token);
        if (oldest != null) {
            tokens.remove(oldest);
        }
        if (token.isEvicted()) {
            issued.remove(token);
        }
        if (isOutdated(live, now, mark)) {
            tokens.remove(key, token);
        }
        return token;
    }

    private boolean isOutdated(LiveToken live, Installation now, ReadMark mark) {
        TokenKey key = new TokenKey(now.platform().id(), live.organisation().id());
        return changes.anyConcerns(key, now.id(), mark.changes(), changes.last());
    }

    /** From now on requests of this address, by callers with the same ceiling, may be served without a read. */
    public void remember(String address, Caller caller, CachedNarrowedToken token) {
        if (properties.cacheSize() > 0 && !token.isEvicted()) {
            addresses.remember(address, caller.ceiling(token.installation().platform()), token);
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

    /** Records the change before it evicts: a token that is cached meanwhile is checked against the record. */
    private void onChange(InstallationChange change) {
        switch (change) {
            case Changed changed
            when changed.grantChanged() -> {
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
                rejected.evictAll();
                covered.evictAll();
                age.markMissed();
            }
        }
    }

    private void evict(Changed changed) {
        tokens.removeAllOf(changed.id());
        rejected.evict(changed.id());
        covered.evict(changed.id());
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

    @Bean
    BackgroundSubscription narrowedTokenEvictions() {
        return new BackgroundSubscription(() -> notifications.listen(this::onChange));
    }

    /** The responses to requests with one address. */
    public final class Responses {

        private final List<TokenForCeiling> tokensForCeilings;

        private Responses(List<TokenForCeiling> tokensForCeilings) {
            this.tokensForCeilings = tokensForCeilings;
        }

        /** The response that this caller may get without a read; null: there is none. */
        public @Nullable CachedResponse find(Caller caller) {
            CachedResponse response = of(caller);
            if (response == null) {
                return null;
            }
            response.markAccessed();
            return age.isServable(response) && response.permits(caller) ? response : null;
        }

        private @Nullable CachedResponse of(Caller caller) {
            // All tokens of one address belong to one platform.
            Platform platform =
                    tokensForCeilings.getFirst().token().installation().platform();
            TokenForCeiling found = RequestAddresses.find(tokensForCeilings, caller.ceiling(platform));
            return found == null ? null : found.token().response();
        }
    }
}
