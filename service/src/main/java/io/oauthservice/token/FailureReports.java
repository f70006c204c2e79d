package io.oauthservice.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.oauthservice.access.Caller;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grantcheck.GrantCheck;
import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.refresh.Refresher;
import io.oauthservice.token.FailureVerdict.Verdict;
import io.oauthservice.tokencache.TokenProperties;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Handles reports of tokens that a platform has rejected. A report of an older token needs no check. The current token
 * is checked with the provider, once for all reports. If it is not valid, it is refreshed, or its grant gets the status
 * that the provider reports.
 */
@Component
class FailureReports {

    private static final Duration VERDICT_VALID_FOR = Duration.ofSeconds(10);
    private static final int MAX_ENTRIES = 10_000;

    private final RequestedInstallations requestedInstallations;
    private final GrantCheck grantCheck;
    private final StatusChanges statusChanges;
    private final Refresher refresher;
    private final OtherTokenReports otherTokens;
    private final CallerLimit limit;
    private final SingleFlight<Reported, FailureVerdict> checks = new SingleFlight<>();
    private final Cache<Reported, FailureVerdict> verdicts = Caffeine.newBuilder()
            .expireAfterWrite(VERDICT_VALID_FOR)
            .maximumSize(MAX_ENTRIES)
            .build();

    FailureReports(
            RequestedInstallations requestedInstallations,
            GrantCheck grantCheck,
            StatusChanges statusChanges,
            Refresher refresher,
            OtherTokenReports otherTokens,
            TokenProperties properties) {
        this.requestedInstallations = requestedInstallations;
        this.grantCheck = grantCheck;
        this.statusChanges = statusChanges;
        this.refresher = refresher;
        this.otherTokens = otherTokens;
        this.limit = new CallerLimit(properties.failureReports());
    }

    /** Never empty; fails with the problem that the caller gets, which for a grant that has ended is that of a read. */
    Mono<FailureVerdict> handle(TokenRequest request, String fingerprint, Caller caller) {
        if (!limit.tryAcquire(caller)) {
            return Mono.error(TokenProblems::tooManyReports);
        }
        return requestedInstallations
                .find(request, caller)
                .flatMap(requested -> verdict(requested.installation(), fingerprint))
                .delayUntil(verdict -> verdict.verdict() == Verdict.REFRESHED
                        ? requestedInstallations.find(request, caller)
                        : Mono.empty());
    }

    private Mono<FailureVerdict> verdict(Installation installation, String fingerprint) {
        return fingerprint.equals(installation.tokens().fingerprint())
                ? checkOnce(installation)
                : otherTokens.verdict(installation, fingerprint);
    }

    private Mono<FailureVerdict> checkOnce(Installation installation) {
        Reported reported =
                new Reported(installation.id(), installation.tokens().version());
        return checks.join(
                reported,
                () -> Mono.justOrEmpty(verdicts.getIfPresent(reported))
                        .switchIfEmpty(Mono.defer(() -> check(installation))
                                .doOnNext(verdict -> verdicts.put(reported, verdict))));
    }

    private Mono<FailureVerdict> check(Installation installation) {
        return grantCheck
                .checkToken(installation)
                .flatMap(check -> switch (check) {
                    case ACCEPTED -> Mono.just(FailureVerdict.of(Verdict.ACCEPTED, installation));
                    case REJECTED -> toRefreshed(replace(installation));
                    case SUSPENDED -> toRefreshed(end(installation, Ending.SUSPENDED));
                    case UNDECIDED -> toRefreshed(decideByRefresh(installation));
                })
                .onErrorMap(ProviderException.class, RefreshException::of);
    }

    private static Mono<FailureVerdict> toRefreshed(Mono<Installation> changed) {
        return changed.map(now -> FailureVerdict.of(Verdict.REFRESHED, now));
    }

    /** A new token, or a grant whose end is stored. */
    private Mono<Installation> replace(Installation installation) {
        StoredTokens stored = installation.tokens();
        return stored.expiresAt() == null && stored.refreshToken() == null
                ? end(installation, Ending.TOKENS_REVOKED)
                : requireNew(installation, refresher.replaceInvalid(installation));
    }

    /** Meanwhile the token is served as before: the provider has not rejected it. */
    private Mono<Installation> decideByRefresh(Installation installation) {
        return installation.tokens().refreshToken() == null
                ? Mono.error(TokenProblems::undecided)
                : requireNew(installation, refresher.refresh(installation, TokenRefreshed.Cause.FORCED));
    }

    private static Mono<Installation> requireNew(Installation before, Mono<Installation> refreshed) {
        return refreshed
                .filter(now -> !now.isActive()
                        || now.tokens().version() != before.tokens().version())
                .switchIfEmpty(Mono.error(RefreshException::inProgress));
    }

    private Mono<Installation> end(Installation installation, Ending ending) {
        return statusChanges.markEnded(installation, ending, EndingSource.REFRESH, "failure_report");
    }

    private record Reported(InstallationId id, long version) {}
}
