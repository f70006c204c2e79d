package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.link.InstallLink;
import io.oauthservice.link.InstallLink.ExpectedAccount;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The accounts that install links are for. */
@Component
class ExpectedAccounts {

    private final Installations installations;

    ExpectedAccounts(Installations installations) {
        this.installations = installations;
    }

    /**
     * Whether the grant is of the account that the link is for. A grant that acts for its user only is of no
     * organisation.
     */
    boolean isExpected(InstallLink link, InstallationInfo info) {
        return switch (link.terms().expected()) {
            case null -> true;
            case ExpectedAccount.OfOrganisation(String id) ->
                !info.personal()
                        && info.organisations().stream()
                                .anyMatch(organisation -> organisation.id().equals(id));
            case ExpectedAccount.OfInstallation installation -> info.grantKey().equals(installation.grantKey());
        };
    }

    /**
     * The name for people, with the id; only the id where there is no name; the empty text for a link for any account.
     */
    Mono<String> name(InstallLink link) {
        return switch (link.terms().expected()) {
            case null -> Mono.just("");
            case ExpectedAccount.OfOrganisation(String id) -> name(link.terms().platform(), id);
            case ExpectedAccount.OfInstallation(var id, var grantKey) ->
                installations.find(id).map(ExpectedAccounts::name).defaultIfEmpty(id.toString());
        };
    }

    private Mono<String> name(Platform platform, String id) {
        return installations
                .defaultOf(platform, id)
                .flatMapIterable(Installation::organisations)
                .filter(organisation -> organisation.id().equals(id))
                .next()
                .map(ExpectedAccounts::name)
                .defaultIfEmpty(id);
    }

    private static String name(Organisation organisation) {
        return organisation.name() == null ? organisation.id() : organisation.name() + " (" + organisation.id() + ")";
    }

    /** A user's grant is named with its user: another user of the same organisation has another grant. */
    private static String name(Installation installation) {
        String organisations = FlowResult.names(installation.organisations().stream());
        return installation.externalUserId() == null || installation.installedBy() == null
                ? organisations
                : organisations + " as " + installation.installedBy();
    }
}
