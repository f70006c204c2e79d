package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider that can be asked about any installation of our App, also about one without a grant here. */
public interface InstallationDirectory {

    /**
     * The installation as it is now. Empty where our App has no installation with this id; without this capability the
     * result is empty too.
     */
    Mono<InstallationInfo> findInstallation(String externalInstallId);
}
