package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.Providers;
import io.oauthservice.token.InstallationSelector.ByExternalInstallation;
import io.oauthservice.token.InstallationSelector.ByInstallation;
import io.oauthservice.token.InstallationSelector.ByOrganisation;
import io.oauthservice.token.InstallationSelector.ByOrganisationName;
import io.oauthservice.tokencache.TokenPolicy;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds the installation that a request names, and checks that the caller may use its grant and that it is usable. */
@Component
class RequestedInstallations {

    private final Installations installations;
    private final Providers providers;
    private final TokenProblems problems;

    RequestedInstallations(Installations installations, Providers providers, TokenProblems problems) {
        this.installations = installations;
        this.providers = providers;
        this.problems = problems;
    }

    /** Never empty; fails with the problem that the caller gets. */
    Mono<RequestedInstallation> find(TokenRequest request, Caller caller) {
        return Mono.defer(() -> {
            requireAllowed(request, caller);
            return lookUp(request, caller);
        });
    }

    /** Checked before the look-up, so that the problem does not reveal whether the grant exists. */
    private static void requireAllowed(TokenRequest request, Caller caller) {
        caller.requireTokensOf(request.platform());
        if (request.userId() != null && caller.ceiling(request.platform()) != null) {
            throw TokenPolicy.beyondCeiling();
        }
    }

    private Mono<RequestedInstallation> lookUp(TokenRequest request, Caller caller) {
        return switch (request.selector()) {
            case ByInstallation selector -> installation(installations.find(selector.id()), request, caller);
            case ByExternalInstallation selector ->
                installation(installations.findExternal(request.platform(), selector.externalId()), request, caller);
            case ByOrganisation selector -> organisation(request, selector.idOrName(), caller);
            case ByOrganisationName selector ->
                byName(request, selector.name(), caller)
                        .switchIfEmpty(missing(!caller.isLimited(), () -> problems.notConnected(request.platform())));
        };
    }

    private Mono<RequestedInstallation> installation(Mono<Installation> found, TokenRequest request, Caller caller) {
        return found.filter(installation -> installation.platform().equals(request.platform()))
                .map(installation -> requireUsable(installation, caller::sees, caller))
                .switchIfEmpty(missing(!caller.isLimited(), problems::unknownInstallation));
    }

    private Mono<RequestedInstallation> organisation(TokenRequest request, String idOrName, Caller caller) {
        Mono<RequestedInstallation> byId = byId(request, idOrName, caller);
        boolean canBeId = providers.get(request.platform()).description().isOrganisationId(idOrName);
        return (canBeId ? byId : byId.switchIfEmpty(Mono.defer(() -> byName(request, idOrName, caller))))
                .switchIfEmpty(missing(caller.sees(idOrName), () -> problems.notConnected(request.platform())));
    }

    private Mono<RequestedInstallation> byId(TokenRequest request, String orgId, Caller caller) {
        String user = request.userId();
        Mono<Installation> installation = user == null
                ? installations.defaultOf(request.platform(), orgId)
                : installations.ofUser(request.platform(), orgId, user);
        return installation.map(found -> requireUsable(found, orgId::equals, caller));
    }

    /**
     * Organisations can be renamed, and others can take their names: only a unique name counts, and policy is by id.
     */
    private Mono<RequestedInstallation> byName(TokenRequest request, String name, Caller caller) {
        return installations
                .organisationsNamed(request.platform(), name)
                .filter(named -> !named.isEmpty())
                .flatMap(named -> named.isUnique()
                        ? byId(request, named.ids().getFirst(), caller)
                        : ambiguous(named.ids().stream().filter(caller::sees).toList(), caller));
    }

    /** Empty, as if no organisation had the name, if the caller may see none of the organisations. */
    private Mono<RequestedInstallation> ambiguous(List<String> visible, Caller caller) {
        return visible.isEmpty() && caller.isLimited() ? Mono.empty() : Mono.error(() -> problems.ambiguous(visible));
    }

    /** The problem does not reveal to a caller that is limited to organisations whether others are connected. */
    private static Mono<RequestedInstallation> missing(boolean mayKnow, Supplier<ProblemException> problem) {
        return Mono.error(() -> mayKnow ? problem.get() : ProblemException.forbidden("this organisation"));
    }

    /** Fails with the problem that the caller gets. */
    private RequestedInstallation requireUsable(Installation found, Predicate<String> id, Caller caller) {
        RequestedInstallation requested = toRequested(found, id);
        requested.policy().require(caller, found.externalUserId() != null);
        problems.requireActive(found);
        return requested;
    }

    /** For the first organisation with a matching id, else for the main organisation of the grant. */
    private static RequestedInstallation toRequested(Installation installation, Predicate<String> id) {
        List<Organisation> reached = installation.organisations();
        Organisation organisation =
                reached.stream().filter(each -> id.test(each.id())).findFirst().orElseGet(reached::getFirst);
        return new RequestedInstallation(installation, organisation);
    }
}
