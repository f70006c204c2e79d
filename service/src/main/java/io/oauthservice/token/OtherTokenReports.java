package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import io.oauthservice.token.FailureVerdict.Verdict;
import io.oauthservice.tokencache.CachedNarrowedToken;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.VariantKey;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Handles reports of tokens that are not the stored one: an older one of the grant, or a narrowed one, which may be in
 * the memory of another replica.
 */
@Component
class OtherTokenReports {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int MAX_VARIANTS = 10_000;

    private final Installations installations;
    private final Providers providers;
    private final NarrowedTokens tokens;
    private final ChangeNotifications notifications;

    /** The variants whose tokens were replaced lately: each once a minute at most. */
    private final Cache<VariantKey, Boolean> replaced = Caffeine.newBuilder()
            .maximumSize(MAX_VARIANTS)
            .expireAfterWrite(INTERVAL)
            .build();

    OtherTokenReports(
            Installations installations,
            Providers providers,
            NarrowedTokens tokens,
            ChangeNotifications notifications) {
        this.installations = installations;
        this.providers = providers;
        this.tokens = tokens;
        this.notifications = notifications;
    }

    /** Never empty. */
    Mono<FailureVerdict> verdict(Installation installation, String fingerprint) {
        if (!providers.get(installation.platform()).canNarrow(installation.grantWithoutTokens())) {
            return Mono.just(FailureVerdict.of(Verdict.SUPERSEDED, installation));
        }
        return tokens.findReported(installation.id(), fingerprint)
                .map(token -> verdict(installation, token, fingerprint))
                .orElseGet(() -> ofUnknown(installation, fingerprint));
    }

    private Mono<FailureVerdict> verdict(Installation installation, CachedNarrowedToken token, String fingerprint) {
        if (!token.isOlderThan(NarrowedTokens.TOO_YOUNG_TO_REPORT)) {
            return Mono.just(FailureVerdict.ofNarrowed(Verdict.RETRY, installation));
        }
        return replaced.asMap().putIfAbsent(token.key(), true) == null
                ? evict(installation, fingerprint)
                : Mono.error(TokenProblems::replacedAlready);
    }

    /** It may be a narrowed token of another replica. */
    private Mono<FailureVerdict> ofUnknown(Installation installation, String fingerprint) {
        return installations
                .isPreviousToken(installation.id(), fingerprint)
                .flatMap(previous -> previous
                        ? Mono.just(FailureVerdict.of(Verdict.SUPERSEDED, installation))
                        : evict(installation, fingerprint));
    }

    private Mono<FailureVerdict> evict(Installation installation, String fingerprint) {
        return notifications
                .evictToken(installation, fingerprint)
                .thenReturn(FailureVerdict.ofNarrowed(Verdict.REFRESHED, installation));
    }
}
