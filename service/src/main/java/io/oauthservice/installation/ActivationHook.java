package io.oauthservice.installation;

import reactor.core.publisher.Mono;

/** Takes part in the transaction that makes an installation active, whatever has caused that. */
@FunctionalInterface
public interface ActivationHook {

    /** Called after the row is written. A failure rolls the transaction back. */
    Mono<Void> onActivated(InstallationId id);
}
