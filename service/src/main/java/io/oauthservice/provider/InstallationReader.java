package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider that can be asked about the installation of a stored grant, without the user who installed it. */
public interface InstallationReader {

    /**
     * The installation as it is now: it may have another name and other organisations than at the install. Empty where
     * the grant belongs to no installation. Without this capability the result is empty.
     *
     * <p>Fails with {@link ProviderException.GrantEnded} where the provider answers that the grant has ended, and with
     * {@link ProviderException.AccessTokenRejected} where a refresh decides. Every other failure says nothing about it.
     */
    Mono<InstallationInfo> readInstallation(Grant grant);
}
