package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.Providers;
import io.oauthservice.token.TokenRequest.Target.OfExternalInstallation;
import io.oauthservice.token.TokenRequest.Target.OfInstallation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisationNamed;
import io.oauthservice.tokencache.TokenPolicy;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds the grant that a request names, and checks that the caller may use it and that it is usable. */
@Component
class RequestedGrants {

    private final Installations installations;
    private final Providers providers;
    private final TokenProblems problems;

    RequestedGrants(Installations installations, Providers providers, TokenProblems problems) {
        this.installations = installations;
        this.providers = providers;
        this.problems = problems;
    }

    /** Never empty; fails with the problem that the caller gets. */
    Mono<Found> find(TokenRequest request, Caller caller) {
        // Before the look-up, so that the problem does not reveal what exists.
        caller.requireTokensOf(request.platform());
        if (request.userId() != null && caller.ceiling(request.platform()) != null) {
            return Mono.error(TokenPolicy::beyondCeiling);
        }
        return lookUp(request, caller).doOnNext(found -> {
            found.policy().require(caller, found.installation().externalUserId() != null);
            problems.requireUsable(found.installation());
        });
    }

    private Mono<Found> lookUp(TokenRequest request, Caller caller) {
        return switch (request.target()) {
            case OfInstallation target -> installation(installations.find(target.id()), request, caller);
            case OfExternalInstallation target ->
                installation(installations.findExternal(request.platform(), target.externalId()), request, caller);
            case OfOrganisation target -> organisation(request, target.idOrName(), caller);
            case OfOrganisationNamed target ->
                byName(request, target.name(), caller).switchIfEmpty(notConnected(request, caller, false));
        };
    }

    private Mono<Found> installation(Mono<Installation> found, TokenRequest request, Caller caller) {
        return found.filter(installation -> installation.platform().equals(request.platform()))
                .map(installation -> found(installation, caller::sees))
                .switchIfEmpty(missing(!caller.isLimited(), problems::unknownInstallation));
    }

    private Mono<Found> organisation(TokenRequest request, String idOrName, Caller caller) {
        boolean canBeId = providers.get(request.platform()).description().isOrganisationId(idOrName);
        return byId(request, idOrName)
                .switchIfEmpty(Mono.defer(() -> canBeId ? Mono.empty() : byName(request, idOrName, caller)))
                .switchIfEmpty(notConnected(request, caller, caller.sees(idOrName)));
    }

    private Mono<Found> byId(TokenRequest request, String orgId) {
        String user = request.userId();
        Mono<Installation> grant = user == null
                ? installations.defaultOf(request.platform(), orgId)
                : installations.ofUser(request.platform(), orgId, user);
        return grant.map(installation -> found(installation, orgId::equals));
    }

    /** Organisations can be renamed, and others can take their names: only a unique name counts, and policy is by id. */
    private Mono<Found> byName(TokenRequest request, String name, Caller caller) {
        return installations
                .organisationsNamed(request.platform(), name)
                .filter(named -> !named.isEmpty())
                .flatMap(named -> named.isUnique()
                        ? byId(request, named.ids().getFirst())
                        : ambiguous(named.ids().stream().filter(caller::sees).toList(), caller));
    }

    /** Empty, as if no organisation had the name, if the caller may see none of the organisations. */
    private Mono<Found> ambiguous(List<String> visible, Caller caller) {
        return visible.isEmpty() && caller.isLimited() ? Mono.empty() : Mono.error(() -> problems.ambiguous(visible));
    }

    private Mono<Found> notConnected(TokenRequest request, Caller caller, boolean own) {
        return missing(own || !caller.isLimited(), () -> problems.notConnected(request.platform()));
    }

    /** The problem does not reveal to a caller that is limited to organisations whether others are connected. */
    private static Mono<Found> missing(boolean mayKnow, Supplier<ProblemException> problem) {
        return Mono.error(() -> mayKnow ? problem.get() : ProblemException.forbidden("this organisation"));
    }

    /** For the first organisation with a matching id, else for the grant's main organisation. */
    private static Found found(Installation installation, Predicate<String> id) {
        List<Organisation> reached = installation.organisations();
        Organisation organisation =
                reached.stream().filter(each -> id.test(each.id())).findFirst().orElseGet(reached::getFirst);
        return new Found(installation, organisation);
    }

    /** A grant, and the organisation for which it was found. */
    record Found(Installation installation, Organisation organisation) {
        TokenPolicy policy() {
            return TokenPolicy.of(installation, organisation);
        }
    }
}
