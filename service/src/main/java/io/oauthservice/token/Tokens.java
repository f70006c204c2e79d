package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Secret;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.refresh.RefreshException;
import io.oauthservice.refresh.Refresher;
import io.oauthservice.token.RequestedGrants.Found;
import io.oauthservice.tokencache.LiveToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Gets a valid token from the database: finds its grant, refreshes it if it is due, and decrypts it. */
@Component
class Tokens {

    private final RequestedGrants grants;
    private final Installations installations;
    private final Providers providers;
    private final Refresher refresher;
    private final Freshness freshness;
    private final GrantCipher cipher;
    private final TokenProblems problems;

    Tokens(
            RequestedGrants grants,
            Installations installations,
            Providers providers,
            Refresher refresher,
            Freshness freshness,
            GrantCipher cipher,
            TokenProblems problems) {
        this.grants = grants;
        this.installations = installations;
        this.providers = providers;
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
    Mono<LiveToken> getToken(TokenRequest request, Caller caller, @Nullable LiveToken known) {
        return grants.find(request, caller).flatMap(grant -> getToken(grant, request.minTtl(), known));
    }

    /** The same for a grant that was found already. */
    Mono<LiveToken> getToken(Found grant, @Nullable Duration minTtl, @Nullable LiveToken known) {
        Installation installation = grant.installation();
        RefreshRules rules = providers.get(installation.platform()).refreshRules(installation.grant(null, null));
        return fresh(installation, rules, minTtl)
                .flatMap(fresh -> decrypt(fresh, known)
                        .map(token -> new LiveToken(fresh, grant.organisation(), token, cacheableUntil(fresh, rules))));
    }

    private @Nullable Instant cacheableUntil(Installation installation, RefreshRules rules) {
        return freshness.survives(installation, rules) ? freshness.dueAt(installation, rules) : null;
    }

    /** The installation with a token that can be used, after a refresh if necessary. */
    private Mono<Installation> fresh(Installation installation, RefreshRules rules, @Nullable Duration minTtl) {
        freshness.checkMinTtl(installation, minTtl);
        if (freshness.isDue(installation, rules, minTtl)) {
            return refresh(installation, rules, minTtl);
        }
        return freshness.survives(installation, rules) ? Mono.just(installation) : settle(installation, rules, minTtl);
    }

    /** The provider may have invalidated the token: waits for a refresh in progress, and repeats one that was lost. */
    private Mono<Installation> settle(Installation installation, RefreshRules rules, @Nullable Duration minTtl) {
        return refresher
                .awaitRefresh(installation)
                .doOnNext(now -> problems.requireUsable(now))
                .flatMap(now -> freshness.survives(now, rules) ? Mono.just(now) : refresh(now, rules, minTtl));
    }

    private Mono<Installation> refresh(Installation installation, RefreshRules rules, @Nullable Duration minTtl) {
        TokenRefreshed.Cause cause = minTtl == null ? TokenRefreshed.Cause.EXPIRING : TokenRefreshed.Cause.REQUESTED;
        return refresher
                .refresh(installation, cause)
                .filter(now -> !now.isActive() || isNew(now, installation) || freshness.isGood(now, minTtl))
                .switchIfEmpty(Mono.error(RefreshException::inProgress))
                .onErrorResume(failure -> usableDespiteFailure(installation, rules, minTtl, failure)
                        .switchIfEmpty(Mono.error(failure)))
                .doOnNext(now -> problems.requireUsable(now));
    }

    /** A shared refresh may end without a new token, because it began for another reason. */
    private static boolean isNew(Installation now, Installation before) {
        return now.tokens().version() != before.tokens().version();
    }

    /** The installation as it was before a refresh that failed; empty if that refresh may have invalidated its token. */
    private Mono<Installation> usableDespiteFailure(
            Installation before, RefreshRules rules, @Nullable Duration minTtl, Throwable failure) {
        if (!freshness.isGood(before, minTtl) || !freshness.survives(before, rules)) {
            return Mono.empty();
        }
        if (rules.survives(before.unknownOutcomes() + 1)
                || (failure instanceof RefreshException failed && failed.hadNoEffect())) {
            return Mono.just(before);
        }
        // Without an attempt of this replica, as in a back-off, only the row has the number of attempts.
        return installations
                .find(before.id())
                .filter(now -> freshness.survives(now, rules) && freshness.isGood(now, minTtl));
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
