package io.oauthservice.token;

import io.oauthservice.installation.InstallationId;

/** How a request names its installation. */
sealed interface InstallationSelector {

    /** By the organisation's id. A text that cannot be an id on this platform is a name. */
    record ByOrganisation(String idOrName) implements InstallationSelector {}

    /** By a name that no other organisation has. */
    record ByOrganisationName(String name) implements InstallationSelector {}

    record ByInstallation(InstallationId id) implements InstallationSelector {}

    /** By the provider's own id of the installation. */
    record ByExternalInstallation(String externalId) implements InstallationSelector {}
}
