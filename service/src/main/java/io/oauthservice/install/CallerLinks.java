package io.oauthservice.install;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.core.Uuids;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Labels;
import io.oauthservice.link.InstallLink;
import io.oauthservice.link.InstallLink.ExpectedAccount;
import io.oauthservice.link.InstallLink.Terms;
import io.oauthservice.link.InstallLinks;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Creates, finds and withdraws the install links of callers, for accounts that the caller may connect. */
@Component
public class CallerLinks {

    private final InstallLinks links;
    private final CallerInstallations callerInstallations;
    private final Providers providers;
    private final ReturnTo returnTo;
    private final PublicAddress address;

    CallerLinks(
            InstallLinks links,
            CallerInstallations callerInstallations,
            Providers providers,
            ReturnTo returnTo,
            PublicAddress address) {
        this.links = links;
        this.callerInstallations = callerInstallations;
        this.providers = providers;
        this.returnTo = returnTo;
        this.address = address;
    }

    /**
     * Creates a link that is valid for a day and leads to a page of this service. Fails with the problems of the API.
     *
     * @param platform its id
     * @param reconnected the installation that has to be reconnected; null: any account of the platform
     */
    public Mono<NewLink> create(Caller caller, String platform, @Nullable InstallationId reconnected) {
        UUID id = reconnected == null ? null : reconnected.value();
        return Mono.defer(() -> create(caller, new LinkRequest(platform, null, null, null, null, null, id)));
    }

    /** Creates the requested link. */
    Mono<NewLink> create(Caller caller, LinkRequest request) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        GuardedProvider provider = providers
                .find(request.platform())
                .orElseThrow(() -> ProblemException.invalid("platform", "must be the id of a configured platform"));
        Secret secret = Secret.random();
        return findExpected(caller, provider, request)
                .map(expected -> new Terms(
                        provider.platform(),
                        caller.name(),
                        caller.visibleOrganisations(),
                        returnTo.checked(request.returnTo()),
                        returnTo.checkedOrigin(request.openerOrigin()),
                        Labels.of(request.labels()),
                        expected.orElse(null)))
                .flatMap(terms -> links.create(secret, terms, request.life()))
                .map(link -> new NewLink(link.id(), url(provider.platform(), secret), link.expiresAt()));
    }

    /** The link, for its creator and for callers without a limit to organisations. Fails with a 404 problem. */
    Mono<InstallLink> find(Caller caller, String id) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return Mono.justOrEmpty(Uuids.parse(id))
                .flatMap(links::find)
                .filter(link ->
                        !caller.isLimited() || caller.name().equals(link.terms().createdBy()))
                .switchIfEmpty(Mono.error(
                        () -> new ProblemException(ProblemType.UNKNOWN_LINK, "There is no install link with this id")));
    }

    /** Withdraws a link that the caller may get. Fails with a 404 problem, or 409 if the link was spent. */
    public Mono<Void> withdraw(Caller caller, String id) {
        return find(caller, id)
                .flatMap(link -> links.withdraw(link.id()))
                .filter(withdrawn -> withdrawn)
                .switchIfEmpty(Mono.error(CallerLinks::spent))
                .then();
    }

    private static ProblemException spent() {
        return new ProblemException(
                ProblemType.LINK_SPENT,
                "The link has connected an installation already; revoke that if it is not wanted");
    }

    private URI url(Platform platform, Secret secret) {
        return URI.create(address.installUrl(platform.id()) + "?link=" + secret.value());
    }

    private Mono<Optional<ExpectedAccount>> findExpected(Caller caller, GuardedProvider provider, LinkRequest request) {
        String org = request.expectedOrg();
        UUID installation = request.installationId();
        if (installation != null) {
            return findReconnected(caller, provider, installation).map(Optional::of);
        }
        if (org != null) {
            return Mono.just(Optional.of(organisation(caller, provider, org)));
        }
        return !caller.isLimited()
                ? Mono.just(Optional.empty())
                : Mono.error(ProblemException.invalid(
                        "expected_org", "or installation_id is required of a caller that is limited to organisations"));
    }

    private static ExpectedAccount organisation(Caller caller, GuardedProvider provider, String org) {
        if (!provider.description().isOrganisationId(org)) {
            throw ProblemException.invalid("expected_org", "must be the id of an organisation of this platform");
        }
        if (!caller.sees(org)) {
            throw ProblemException.forbidden("the organisation in expected_org");
        }
        return new ExpectedAccount.OfOrganisation(org);
    }

    private Mono<ExpectedAccount> findReconnected(Caller caller, GuardedProvider provider, UUID id) {
        return callerInstallations.findToChange(caller, id.toString()).map(found -> {
            if (!found.platform().equals(provider.platform())) {
                throw ProblemException.invalid("installation_id", "must be an installation of the platform");
            }
            return new ExpectedAccount.OfInstallation(found.id(), found.grantKey());
        });
    }
}
