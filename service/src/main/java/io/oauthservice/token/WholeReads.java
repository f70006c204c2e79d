package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Secret;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.grant.Freshness.TokenValidity;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.refresh.Refresher;
import io.oauthservice.tokencache.LiveToken;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reads the token of a whole grant from the database: finds it, refreshes it if it is due, and decrypts it. */
@Component
class WholeReads {

    private final RequestedInstallations requestedInstallations;
    private final Installations installations;
    private final Refresher refresher;
    private final Freshness freshness;
    private final GrantCipher cipher;
    private final TokenProblems problems;

    WholeReads(
            RequestedInstallations requestedInstallations,
            Installations installations,
            Refresher refresher,
            Freshness freshness,
            GrantCipher cipher,
            TokenProblems problems) {
        this.requestedInstallations = requestedInstallations;
        this.installations = installations;
        this.refresher = refresher;
        this.freshness = freshness;
        this.cipher = cipher;
        this.problems = problems;
    }

    /**
     * Never empty; fails with the problem that the caller gets.
     *
     * @param known a token that was read before, and need not be decrypted again if it is still the stored one
     */
    Mono<LiveToken> read(TokenRequest request, Caller caller, @Nullable LiveToken known) {
        return requestedInstallations
                .find(request, caller)
                .flatMap(requested -> read(requested, request.minTtl(), known));
    }

    /** Reads the token of an installation that was found already. */
    Mono<LiveToken> read(RequestedInstallation requested, @Nullable Duration minTtl, @Nullable LiveToken known) {
        return fresh(freshness.of(requested.installation()), minTtl)
                .flatMap(fresh -> decrypt(fresh.installation(), known)
                        .map(token -> new LiveToken(
                                fresh.installation(), requested.organisation(), token, fresh.cacheableUntil())));
    }

    /** A token that can be used, after a refresh if necessary. */
    private Mono<TokenValidity> fresh(TokenValidity stored, @Nullable Duration minTtl) {
        freshness.checkMinTtl(stored.installation(), minTtl);
        if (stored.needsRefresh(minTtl)) {
            return refresh(stored, minTtl);
        }
        return stored.survivesUnknownOutcomes() ? Mono.just(stored) : settle(stored, minTtl);
    }

    /**
     * The provider may have invalidated the token: waits for a refresh in progress, and refreshes again if its outcome
     * is unknown.
     */
    private Mono<TokenValidity> settle(TokenValidity stored, @Nullable Duration minTtl) {
        return refresher
                .awaitRefresh(stored.installation())
                .doOnNext(problems::requireActive)
                .map(freshness::of)
                .flatMap(now -> now.survivesUnknownOutcomes() ? Mono.just(now) : refresh(now, minTtl));
    }

    private Mono<TokenValidity> refresh(TokenValidity stored, @Nullable Duration minTtl) {
        Installation before = stored.installation();
        TokenRefreshed.Cause cause = minTtl == null ? TokenRefreshed.Cause.EXPIRING : TokenRefreshed.Cause.REQUESTED;
        return refresher
                .refresh(before, cause)
                .filter(now -> !now.isActive() || isNew(now, before) || freshness.isUsable(now, minTtl))
                .switchIfEmpty(Mono.error(RefreshException::inProgress))
                .onErrorResume(
                        failure -> usableDespiteFailure(stored, minTtl, failure).switchIfEmpty(Mono.error(failure)))
                .doOnNext(problems::requireActive)
                .map(freshness::of);
    }

    /** A shared refresh may end without a new token, because it began for another reason. */
    private static boolean isNew(Installation now, Installation before) {
        return now.tokens().version() != before.tokens().version();
    }

    /**
     * The installation as it was before a refresh that failed; empty if that refresh may have invalidated its token.
     */
    private Mono<Installation> usableDespiteFailure(
            TokenValidity stored, @Nullable Duration minTtl, Throwable failure) {
        Installation before = stored.installation();
        if (!stored.isCertainlyUsable(minTtl)) {
            return Mono.empty();
        }
        if (stored.survivesAnotherRefresh() || (failure instanceof RefreshException failed && failed.hadNoEffect())) {
            return Mono.just(before);
        }
        // Without an attempt of this replica, as in a back-off, only the row has the number of attempts.
        return installations.find(before.id()).filter(now -> freshness.of(now).isCertainlyUsable(minTtl));
    }

    private Mono<Secret> decrypt(Installation installation, @Nullable LiveToken known) {
        if (known != null && isSameToken(installation, known.installation())) {
            return Mono.just(known.accessToken());
        }
        return cipher.decryptAccessToken(
                installation.id(), Objects.requireNonNull(installation.tokens().accessToken()));
    }

    private static boolean isSameToken(Installation one, Installation other) {
        return one.id().equals(other.id())
                && one.tokens().version() == other.tokens().version()
                && Objects.equals(one.tokens().fingerprint(), other.tokens().fingerprint());
    }
}
