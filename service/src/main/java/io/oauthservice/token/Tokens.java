package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.refresh.RefreshFailed;
import io.oauthservice.refresh.Refresher;
import io.oauthservice.token.TokenRequest.Target.OfExternalInstallation;
import io.oauthservice.token.TokenRequest.Target.OfInstallation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisationNamed;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Hands a live token to whoever is entitled to it. No row is written here. */
@Component
class Tokens {

    private final Installations installations;
    private final Providers providers;
    private final Refresher refresher;
    private final Freshness freshness;
    private final GrantCipher cipher;
    private final TokenProblems problems;

    Tokens(
            Installations installations,
            Providers providers,
            Refresher refresher,
            Freshness freshness,
            GrantCipher cipher,
            TokenProblems problems) {
        this.installations = installations;
        this.providers = providers;
        this.refresher = refresher;
        this.freshness = freshness;
        this.cipher = cipher;
        this.problems = problems;
    }

    /** Never empty; fails with the problem that the caller is to see. */
    Mono<LiveToken> handOut(TokenRequest request, Caller caller) {
        return handOut(request, caller, null);
    }

    /** The same with what was handed out before: a token that is still the one stored need not be opened again. */
    Mono<LiveToken> handOut(TokenRequest request, Caller caller, @Nullable LiveToken before) {
        return usable(request, caller)
                .flatMap(found -> fresh(found, request, caller))
                .flatMap(found -> opened(found, before));
    }

    /** The grant that the request means, which the caller may use and which can be used. */
    Mono<Found> usable(TokenRequest request, Caller caller) {
        caller.requireTokensOf(request.platform());
        return found(request, caller)
                .doOnNext(found -> requireEntitled(found, caller))
                .doOnNext(found -> requireUsable(found.installation(), caller));
    }

    private Mono<Found> found(TokenRequest request, Caller caller) {
        return switch (request.target()) {
            case OfInstallation target -> installation(installations.find(target.id()), request, caller);
            case OfExternalInstallation target ->
                installation(installations.findExternal(request.platform(), target.externalId()), request, caller);
            case OfOrganisation target -> ofOrganisation(request, target.idOrName(), caller);
            case OfOrganisationNamed target ->
                byName(request, target.name(), caller).switchIfEmpty(notConnected(request, caller, false));
        };
    }

    private Mono<Found> installation(Mono<Installation> found, TokenRequest request, Caller caller) {
        return found.filter(installation -> installation.platform().equals(request.platform()))
                .map(installation -> new Found(installation, main(installation, caller)))
                .switchIfEmpty(missing(caller.organisations() == null, problems::unknownInstallation));
    }

    private Mono<Found> ofOrganisation(TokenRequest request, String idOrName, Caller caller) {
        boolean canBeId = providers.get(request.platform()).isOrganisationId(idOrName);
        return byId(request, idOrName)
                .switchIfEmpty(Mono.defer(() -> canBeId ? Mono.empty() : byName(request, idOrName, caller)))
                .switchIfEmpty(notConnected(request, caller, caller.sees(idOrName)));
    }

    private Mono<Found> byId(TokenRequest request, String orgId) {
        String user = request.userId();
        Mono<Installation> grant = user == null
                ? installations.defaultOf(request.platform(), orgId)
                : installations.ofUser(request.platform(), orgId, user);
        return grant.map(installation -> new Found(installation, reached(installation, orgId)));
    }

    /** Names can be renamed, recycled and chosen by strangers: only a unique one counts, and policy looks at its id. */
    private Mono<Found> byName(TokenRequest request, String name, Caller caller) {
        return installations
                .organisationsNamed(request.platform(), name)
                .filter(named -> !named.isEmpty())
                .flatMap(named -> named.isUnique()
                        ? byId(request, named.ids().getFirst())
                        : ambiguous(named.ids().stream().filter(caller::sees).toList(), caller));
    }

    /** Empty, as if no organisation had the name, where the caller may see none of the organisations. */
    private Mono<Found> ambiguous(List<String> visible, Caller caller) {
        return visible.isEmpty() && caller.organisations() != null
                ? Mono.empty()
                : Mono.error(() -> problems.ambiguous(visible));
    }

    private Mono<Found> notConnected(TokenRequest request, Caller caller, boolean own) {
        return missing(own || caller.organisations() == null, () -> problems.notConnected(request.platform(), caller));
    }

    /** A caller that is limited to organisations learns nothing about the others, not even that they are absent. */
    private static <T> Mono<T> missing(boolean mayKnow, Supplier<ProblemException> problem) {
        return Mono.error(() -> mayKnow ? problem.get() : ProblemException.forbidden("this organisation"));
    }

    private static void requireEntitled(Found found, Caller caller) {
        if (!caller.mayUse(found.organisation().id(), found.installation().organisationIds())) {
            throw ProblemException.forbidden("this organisation");
        }
    }

    private void requireUsable(Installation installation, Caller caller) {
        ProblemException problem = problems.standing(installation, caller);
        if (problem != null) {
            throw problem;
        }
    }

    private Mono<Found> fresh(Found found, TokenRequest request, Caller caller) {
        Installation installation = found.installation();
        freshness.checkMinTtl(installation, request.minTtl());
        var rules = providers.get(installation.platform()).refreshRules(installation.grant(null, null));
        if (freshness.isDue(installation, rules, request.minTtl())) {
            return refreshed(found, rules, request, caller);
        }
        return rules.survives(installation.unknownOutcomes())
                ? Mono.just(found)
                : settled(found, rules, request, caller);
    }

    /** The provider may have invalidated the token already: wait for a refresh in progress, repeat one that was lost. */
    private Mono<Found> settled(Found found, RefreshRules rules, TokenRequest request, Caller caller) {
        return current(found, refresher.awaitRefresh(found.installation()), caller)
                .flatMap(now -> rules.survives(now.installation().unknownOutcomes())
                        ? Mono.just(now)
                        : refreshed(now, rules, request, caller));
    }

    private Mono<Found> refreshed(Found found, RefreshRules rules, TokenRequest request, Caller caller) {
        Installation installation = found.installation();
        TokenRefreshed.Cause cause =
                request.minTtl() == null ? TokenRefreshed.Cause.EXPIRING : TokenRefreshed.Cause.REQUESTED;
        Mono<Installation> refreshed = refresher
                .refresh(installation, cause)
                .filter(now -> isNew(now, installation) || freshness.isGood(now, request.minTtl()))
                .switchIfEmpty(Mono.error(RefreshFailed::inProgress))
                .onErrorResume(failure ->
                        goodAnyway(installation, rules, request, failure).switchIfEmpty(Mono.error(failure)));
        return current(found, refreshed, caller);
    }

    /** Another's flight may end without new tokens, for it was begun for another reason. */
    private static boolean isNew(Installation now, Installation before) {
        return now.tokens().version() != before.tokens().version();
    }

    /** The token as it was before a refresh that failed; empty where that refresh may have invalidated it. */
    private Mono<Installation> goodAnyway(
            Installation before, RefreshRules rules, TokenRequest request, Throwable failure) {
        if (!freshness.isGood(before, request.minTtl()) || !rules.survives(before.unknownOutcomes())) {
            return Mono.empty();
        }
        // Without an attempt of ours, as in a back-off, only the row knows how many there were.
        return rules.survives(before.unknownOutcomes() + 1)
                        || (failure instanceof RefreshFailed failed && failed.hadNoEffect())
                ? Mono.just(before)
                : installations
                        .find(before.id())
                        .filter(now ->
                                rules.survives(now.unknownOutcomes()) && freshness.isGood(now, request.minTtl()));
    }

    private Mono<Found> current(Found found, Mono<Installation> installation, Caller caller) {
        return installation
                .doOnNext(current -> requireUsable(current, caller))
                .map(current -> new Found(current, found.organisation()));
    }

    private Mono<LiveToken> opened(Found found, @Nullable LiveToken before) {
        Installation installation = found.installation();
        if (before != null && isSameToken(installation, before.installation())) {
            return Mono.just(new LiveToken(installation, found.organisation(), before.accessToken()));
        }
        String ciphertext = Objects.requireNonNull(installation.tokens().accessToken());
        return cipher.decryptAccessToken(installation.id(), ciphertext)
                .map(token -> new LiveToken(installation, found.organisation(), token));
    }

    private static boolean isSameToken(Installation one, Installation other) {
        return one.id().equals(other.id())
                && one.tokens().version() == other.tokens().version()
                && Objects.equals(one.tokens().fingerprint(), other.tokens().fingerprint());
    }

    /** The first organisation that the caller may see, else the first. */
    private static Organisation main(Installation installation, Caller caller) {
        return installation.organisations().stream()
                .filter(organisation -> caller.sees(organisation.id()))
                .findFirst()
                .orElseGet(() -> installation.organisations().getFirst());
    }

    private static Organisation reached(Installation installation, String orgId) {
        return installation.organisations().stream()
                .filter(organisation -> organisation.id().equals(orgId))
                .findFirst()
                .orElseGet(() -> installation.organisations().getFirst());
    }

    /** A grant, and the organisation that it was found for. */
    record Found(Installation installation, Organisation organisation) {}
}
