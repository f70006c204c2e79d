package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.Repositories;
import io.oauthservice.provider.Variant;
import io.oauthservice.tokencache.BeyondGrantException;
import io.oauthservice.tokencache.CachedNarrowedToken;
import io.oauthservice.tokencache.CoveredRepositories;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.Narrowing;
import io.oauthservice.tokencache.TokenPolicy;
import io.oauthservice.tokencache.VariantKey;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Reads a narrowed token: finds the installation, decides what the caller gets of its grant, and returns a token of
 * this variant from memory or has one issued.
 */
@Component
class NarrowedReads {

    private final RequestedInstallations requestedInstallations;
    private final Providers providers;
    private final NarrowedTokens tokens;
    private final NarrowedIssue issue;
    private final GrantedPermissions permissions;
    private final CeilingRepositories ceilingRepositories;
    private final Freshness freshness;
    private final TokenProblems problems;

    NarrowedReads(
            RequestedInstallations requestedInstallations,
            Providers providers,
            NarrowedTokens tokens,
            NarrowedIssue issue,
            GrantedPermissions permissions,
            CeilingRepositories ceilingRepositories,
            Freshness freshness,
            TokenProblems problems) {
        this.requestedInstallations = requestedInstallations;
        this.providers = providers;
        this.tokens = tokens;
        this.issue = issue;
        this.permissions = permissions;
        this.ceilingRepositories = ceilingRepositories;
        this.freshness = freshness;
        this.problems = problems;
    }

    /**
     * Never empty; fails with the problem that the caller gets.
     *
     * @param lookUpLimit how long finding the grant may take; null: as long as the database takes
     */
    Mono<LiveToken> read(TokenRequest request, Caller caller, @Nullable Duration lookUpLimit) {
        return Mono.defer(() -> {
            ReadMark mark = tokens.markRead();
            Mono<RequestedInstallation> found = requestedInstallations.find(request, caller);
            return (lookUpLimit == null ? found : found.timeout(lookUpLimit))
                    .doOnNext(requested -> requireNarrowable(requested, caller))
                    .flatMap(requested -> token(new Read(request, caller, requested, mark), true))
                    .map(CachedNarrowedToken::live);
        });
    }

    /** A user's grant was rejected before for a caller with a ceiling; here it is an organisation's grant. */
    private void requireNarrowable(RequestedInstallation requested, Caller caller) {
        Installation installation = requested.installation();
        if (providers.get(installation.platform()).canNarrow(installation.grantWithoutTokens())) {
            return;
        }
        throw caller.ceiling(installation.platform()) == null
                ? TokenProblems.cannotBeNarrowed()
                : TokenPolicy.beyondCeiling();
    }

    /** @param again whether to ask the provider for what the grant covers, which may be newer than what is known */
    private Mono<CachedNarrowedToken> token(Read read, boolean again) {
        return Mono.defer(() -> tokenOf(read, reduceToCovered(read)))
                .onErrorResume(
                        BeyondGrantException.class, beyond -> again ? tokenOfNewest(read, beyond) : fail(read, beyond));
    }

    /** The requested part, without repositories of the ceiling that are known to belong to other organisations. */
    private Narrowing reduceToCovered(Read read) {
        Narrowing request = read.request().narrowing();
        Repositories ceiling = read.policy().ceilingRepositories(read.caller(), request);
        CoveredRepositories covered = ceiling == null
                ? null
                : ceilingRepositories.find(read.requested().installation(), ceiling);
        if (covered == null) {
            return request;
        }
        if (covered.repositories() == null) {
            throw TokenPolicy.beyondCeiling();
        }
        return new Narrowing(covered.repositories(), request.permissions());
    }

    private Mono<CachedNarrowedToken> fail(Read read, BeyondGrantException beyond) {
        return Mono.error(problem(read, beyond));
    }

    private Mono<CachedNarrowedToken> tokenOfNewest(Read read, BeyondGrantException beyond) {
        Mono<Read> newest = switch (beyond.reason()) {
            case PERMISSION -> withNewestPermissions(read);
            case REPOSITORY -> withNewestRepositories(read);
        };
        return newest.flatMap(again -> token(again, false)).switchIfEmpty(Mono.defer(() -> fail(read, beyond)));
    }

    private Mono<Read> withNewestPermissions(Read read) {
        return permissions
                .update(read.requested().installation())
                .doOnNext(problems::requireActive)
                .map(now -> read.withInstallation(now, tokens.markRead()));
    }

    private Mono<Read> withNewestRepositories(Read read) {
        Repositories ceiling =
                read.policy().ceilingRepositories(read.caller(), read.request().narrowing());
        return ceiling == null
                ? Mono.empty()
                : ceilingRepositories.read(read.requested(), ceiling).map(covered -> read);
    }

    private RuntimeException problem(Read read, BeyondGrantException beyond) {
        boolean causedByCeiling = beyond.isCausedByCeiling()
                || (beyond.reason() == BeyondGrantException.Reason.REPOSITORY
                        && read.policy()
                                .isComparedByProvider(
                                        read.caller(), read.request().narrowing()));
        return causedByCeiling
                ? TokenPolicy.beyondCeiling()
                : TokenProblems.notGranted(beyond.reason(), read.requested().installation(), read.caller());
    }

    private Mono<CachedNarrowedToken> tokenOf(Read read, Narrowing narrowing) {
        Installation installation = read.requested().installation();
        Variant variant = Objects.requireNonNull(
                read.policy().variant(read.caller(), narrowing, Permissions.granted(installation.permissions())));
        VariantKey key = new VariantKey(
                installation.id(), read.requested().organisation().id(), variant);
        CachedNarrowedToken known = tokens.revalidate(key, installation, read.mark());
        if (known != null) {
            freshness.checkMinTtl(known.live().installation(), read.request().minTtl());
        }
        return (known != null && isFresh(known, read.request().minTtl()) ? Mono.just(known) : issue(key, read, known))
                .doOnNext(token -> requirePermitted(token, read))
                .doOnNext(token -> remember(token, read));
    }

    private Mono<CachedNarrowedToken> issue(VariantKey key, Read read, @Nullable CachedNarrowedToken known) {
        return issue.issue(
                        key,
                        read.requested(),
                        read.caller(),
                        read.mark(),
                        found -> isFresh(found, read.request().minTtl()))
                .onErrorResume(
                        failure -> known != null
                                && isUsableDespite(
                                        failure, known, read.request().minTtl()),
                        failure -> Mono.just(Objects.requireNonNull(known)));
    }

    private boolean isFresh(CachedNarrowedToken known, @Nullable Duration minTtl) {
        return !freshness.of(known.live().installation()).needsRefresh(minTtl);
    }

    /** A token that is due may still be valid when the provider issues no other one. */
    private boolean isUsableDespite(Throwable failure, CachedNarrowedToken known, @Nullable Duration minTtl) {
        return !(failure instanceof BeyondGrantException)
                && !TokenProblems.isOfGrant(failure)
                && freshness.isUsable(known.live().installation(), minTtl);
    }

    private void requirePermitted(CachedNarrowedToken token, Read read) {
        freshness.checkMinTtl(token.live().installation(), read.request().minTtl());
        read.policy().requireWithinCeiling(read.caller(), token.repositories());
    }

    private void remember(CachedNarrowedToken token, Read read) {
        String address = read.request().address();
        if (address != null && token.key().orgId().equals(read.request().cacheableOrgId())) {
            tokens.remember(address, read.caller(), token);
        }
    }

    private record Read(TokenRequest request, Caller caller, RequestedInstallation requested, ReadMark mark) {
        TokenPolicy policy() {
            return requested.policy();
        }

        Read withInstallation(Installation now, ReadMark since) {
            return new Read(request, caller, new RequestedInstallation(now, requested.organisation()), since);
        }
    }
}
