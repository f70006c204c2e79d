package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider that can check whether our client credentials are correct, without touching any grant. */
public interface CredentialsChecker {

    /**
     * Completes where the provider accepts the client credentials; fails with {@link ProviderException.Misconfigured}
     * where it rejects them, with another {@link ProviderException} where the outcome is unknown. Without this
     * capability the credentials count as accepted, and a burst of rejected grants is believed.
     */
    Mono<Void> checkCredentials();
}
