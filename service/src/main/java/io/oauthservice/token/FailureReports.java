package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.oauthservice.access.Caller;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.Providers;
import io.oauthservice.refresh.RefreshFailed;
import io.oauthservice.refresh.Refresher;
import io.oauthservice.token.FailureVerdict.Word;
import io.oauthservice.tokencache.TokenProperties;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * What callers tell of tokens that were refused. An older token is nothing to look into; the current one is checked with
 * the provider once, however many tell of it, and refreshed or marked where it is dead.
 */
@Component
class FailureReports {

    private static final Logger log = LoggerFactory.getLogger(FailureReports.class);
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int MOST_REMEMBERED = 10_000;

    private final Tokens tokens;
    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final Refresher refresher;
    private final RateLimiterConfig limit;
    private final Cache<String, RateLimiter> limits =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    private final Cache<Reported, CompletableFuture<Signal<FailureVerdict>>> checks = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST_REMEMBERED)
            .build();

    FailureReports(
            Tokens tokens,
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            Refresher refresher,
            TokenProperties properties) {
        this.tokens = tokens;
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.refresher = refresher;
        this.limit = RateLimiterConfig.custom()
                .limitForPeriod(properties.failureReports())
                .limitRefreshPeriod(Duration.ofMinutes(1))
                .timeoutDuration(Duration.ZERO)
                .build();
    }

    /** Never empty; fails with the problem that the caller is to see, a grant that turned out dead included. */
    Mono<FailureVerdict> told(TokenRequest request, String fingerprint, Caller caller) {
        RateLimiter mine = limits.get(caller.name(), name -> RateLimiter.of(name, limit));
        if (!mine.acquirePermission()) {
            return Mono.error(TokenProblems::tooManyReports);
        }
        return tokens.usable(request, caller)
                .flatMap(found -> verdict(found.installation(), fingerprint))
                .delayUntil(verdict -> stillUsable(request, caller, verdict));
    }

    /** What was found dead just now is told as every reader will be told. */
    private Mono<?> stillUsable(TokenRequest request, Caller caller, FailureVerdict verdict) {
        return verdict.verdict() == Word.REFRESHED ? tokens.usable(request, caller) : Mono.empty();
    }

    private Mono<FailureVerdict> verdict(Installation installation, String fingerprint) {
        return fingerprint.equals(installation.tokens().fingerprint())
                ? checkedOnce(installation)
                : Mono.just(FailureVerdict.of(Word.SUPERSEDED, installation));
    }

    private Mono<FailureVerdict> checkedOnce(Installation installation) {
        return Mono.fromFuture(() -> check(installation), true).dematerialize();
    }

    private CompletableFuture<Signal<FailureVerdict>> check(Installation installation) {
        Reported key = new Reported(installation.id(), installation.tokens().version());
        CompletableFuture<Signal<FailureVerdict>> mine = new CompletableFuture<>();
        CompletableFuture<Signal<FailureVerdict>> earlier = checks.asMap().putIfAbsent(key, mine);
        if (earlier != null) {
            return earlier;
        }
        checked(installation)
                .onErrorMap(ProviderException.class, RefreshFailed::of)
                .doOnError(noVerdict -> checks.invalidate(key))
                .materialize()
                .subscribe(mine::complete, mine::completeExceptionally);
        return mine;
    }

    private Mono<FailureVerdict> checked(Installation installation) {
        StoredTokens stored = installation.tokens();
        return Mono.defer(() -> cipher.decrypt(installation, stored.accessToken(), stored.refreshToken()))
                .flatMap(grant -> providers.get(installation.platform()).checkToken(grant))
                .flatMap(check -> switch (check) {
                    case ACCEPTED -> Mono.just(FailureVerdict.of(Word.ACCEPTED, installation));
                    case REJECTED -> refreshed(replaced(installation));
                    case SUSPENDED -> refreshed(ended(installation, Ending.SUSPENDED));
                    case UNDECIDED -> refreshed(decided(installation));
                });
    }

    private static Mono<FailureVerdict> refreshed(Mono<Installation> replaced) {
        return replaced.map(now -> FailureVerdict.of(Word.REFRESHED, now));
    }

    /** A new token, or a grant that is marked as dead. */
    private Mono<Installation> replaced(Installation installation) {
        boolean forEver = installation.tokens().expiresAt() == null
                && installation.tokens().refreshToken() == null;
        return forEver
                ? ended(installation, Ending.TOKENS_REVOKED)
                : newer(installation, refresher.replace(installation));
    }

    /** The refresh decides. Meanwhile the token is handed out as before: nothing says that it is dead. */
    private Mono<Installation> decided(Installation installation) {
        return installation.tokens().refreshToken() == null
                ? Mono.error(TokenProblems::undecided)
                : newer(installation, refresher.refresh(installation, TokenRefreshed.Cause.FORCED));
    }

    private static Mono<Installation> newer(Installation before, Mono<Installation> refreshed) {
        return refreshed
                .filter(now -> now.tokens().version() != before.tokens().version())
                .switchIfEmpty(Mono.error(RefreshFailed::inProgress));
    }

    private Mono<Installation> ended(Installation installation, Ending ending) {
        return installations
                .markEnded(installation, ending)
                .doOnNext(after -> log.info(
                        "Installation ended by the provider: platform={} installation={} status={} reason={}",
                        after.platform(),
                        after.id(),
                        after.status().code(),
                        after.statusReason()))
                .switchIfEmpty(Mono.defer(() -> installations.find(installation.id())));
    }

    private record Reported(InstallationId id, long version) {}
}
