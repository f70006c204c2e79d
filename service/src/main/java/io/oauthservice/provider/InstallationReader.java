package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider that can be asked about the installation of a stored grant, without the user who installed it. */
public interface InstallationReader {

    /**
     * The installation as it is now: its account may have another name than at the install. Empty where the grant belongs
     * to no installation. Without this capability the result is empty.
     */
    Mono<InstallationInfo> readInstallation(Grant grant);
}
