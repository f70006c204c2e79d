package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.grant.Freshness;
import io.oauthservice.grantcheck.GrantCheck;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.NarrowedToken;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.TokenNarrower;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.tokencache.BeyondGrantException;
import io.oauthservice.tokencache.BeyondGrantException.Reason;
import io.oauthservice.tokencache.CachedNarrowedToken;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.TokenProperties;
import io.oauthservice.tokencache.VariantKey;
import java.time.Duration;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Requests narrowed tokens from the provider: one at a time for each variant, and a limited number for each caller. */
@Component
class NarrowedIssue {

    /** After a restart a replica has no tokens, and many callers request theirs at once: 2.5 s in all. */
    private static final Retry WAIT_FOR_A_SLOT = Retry.backoff(6, Duration.ofMillis(50))
            .maxBackoff(Duration.ofSeconds(1))
            .filter(failure -> failure instanceof Retryable retryable && retryable.isBulkheadFull())
            .onRetryExhaustedThrow((retry, last) -> last.failure());

    private final Providers providers;
    private final NarrowedTokens tokens;
    private final GrantCheck grantCheck;
    private final Freshness freshness;
    private final TokenProblems problems;
    private final CallerLimit limit;
    private final SingleFlight<VariantKey, CachedNarrowedToken> flights = new SingleFlight<>();

    NarrowedIssue(
            Providers providers,
            NarrowedTokens tokens,
            GrantCheck grantCheck,
            Freshness freshness,
            TokenProblems problems,
            TokenProperties properties) {
        this.providers = providers;
        this.tokens = tokens;
        this.grantCheck = grantCheck;
        this.freshness = freshness;
        this.problems = problems;
        this.limit = new CallerLimit(properties.narrowedMints());
    }

    /**
     * Never empty: a token that was issued meanwhile, or a new one. Fails with {@link BeyondGrantException} where the
     * provider does not grant the variant, and with the problem that the caller gets where the grant has ended.
     *
     * @param isFresh whether a token from memory can be returned
     */
    Mono<CachedNarrowedToken> issue(
            VariantKey key,
            RequestedInstallation requested,
            Caller caller,
            ReadMark mark,
            Predicate<CachedNarrowedToken> isFresh) {
        return flights.join(key, () -> findOrIssue(key, requested, caller, mark, isFresh))
                // The execution belongs to another caller, which has its own limit.
                .onErrorResume(
                        LimitReached.class,
                        reached -> reached.caller.equals(caller.name())
                                ? Mono.error(TokenProblems::tooManyTokens)
                                : issue(key, requested, caller, mark, isFresh));
    }

    /** An execution that ended after the look-up may have added a token. */
    private Mono<CachedNarrowedToken> findOrIssue(
            VariantKey key,
            RequestedInstallation requested,
            Caller caller,
            ReadMark mark,
            Predicate<CachedNarrowedToken> isFresh) {
        CachedNarrowedToken known = tokens.revalidate(key, requested.installation(), mark);
        return known != null && isFresh.test(known) ? Mono.just(known) : issueNow(key, requested, caller, mark);
    }

    private Mono<CachedNarrowedToken> issueNow(
            VariantKey key, RequestedInstallation requested, Caller caller, ReadMark mark) {
        Reason rejection = tokens.rejected().find(key);
        if (rejection != null) {
            return Mono.error(new BeyondGrantException(rejection, false));
        }
        if (!limit.tryAcquire(caller)) {
            return Mono.error(new LimitReached(caller.name()));
        }
        Installation installation = requested.installation();
        return providers
                .get(installation.platform())
                .narrowToken(installation.grantWithoutTokens(), key.variant())
                .retryWhen(WAIT_FOR_A_SLOT)
                .map(token -> tokens.put(key, live(token, requested), token.repositories(), installation, caller, mark))
                .onErrorResume(GrantEnded.class, ended -> checkGrant(installation, ended))
                .onErrorResume(BadRequest.class, rejected -> handleRejection(key, rejected, mark))
                .onErrorMap(ProviderException.class, RefreshException::of);
    }

    private LiveToken live(NarrowedToken token, RequestedInstallation requested) {
        Installation narrowed = requested
                .installation()
                .withTokens(tokens(token, requested.installation().tokens().version()), token.permissions());
        return new LiveToken(
                narrowed,
                requested.organisation(),
                token.accessToken(),
                freshness.of(narrowed).servableUntil());
    }

    /** The version is that of the grant's own token: narrowed tokens have none. */
    private static StoredTokens tokens(NarrowedToken token, long version) {
        return new StoredTokens(
                null,
                null,
                token.issuedAt(),
                token.expiresAt(),
                version,
                token.accessToken().fingerprint(),
                false);
    }

    /** The provider says that the grant has ended or is suspended: this is recorded as for any other call. */
    private Mono<CachedNarrowedToken> checkGrant(Installation installation, GrantEnded ended) {
        return grantCheck
                .check(installation, ended.ending())
                .doOnNext(problems::requireActive)
                .then(Mono.<CachedNarrowedToken>error(() -> RefreshException.of(ended)));
    }

    private Mono<CachedNarrowedToken> handleRejection(VariantKey key, BadRequest rejected, ReadMark mark) {
        return switch (rejected.code()) {
            case TokenNarrower.PERMISSION_NOT_GRANTED -> reject(key, Reason.PERMISSION, mark);
            case TokenNarrower.REPOSITORY_NOT_GRANTED -> reject(key, Reason.REPOSITORY, mark);
            default -> Mono.error(rejected);
        };
    }

    private Mono<CachedNarrowedToken> reject(VariantKey key, Reason reason, ReadMark mark) {
        tokens.rejected().put(key, reason, mark);
        return Mono.error(new BeyondGrantException(reason, false));
    }

    private static final class LimitReached extends RuntimeException {
        private final String caller;

        private LimitReached(String caller) {
            super("Too many narrowed tokens", null, false, false);
            this.caller = caller;
        }
    }
}
