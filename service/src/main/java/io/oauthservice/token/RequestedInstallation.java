package io.oauthservice.token;

import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.tokencache.TokenPolicy;

/** An installation that a request names, and the organisation for which it was found. */
record RequestedInstallation(Installation installation, Organisation organisation) {

    TokenPolicy policy() {
        return TokenPolicy.of(installation, organisation);
    }
}
