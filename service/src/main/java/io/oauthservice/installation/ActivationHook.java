package io.oauthservice.installation;

import reactor.core.publisher.Mono;

/** Takes part in the transaction that connects or activates an installation; not in one that ends a suspension. */
@FunctionalInterface
public interface ActivationHook {

    /** Called after the row is written. A failure rolls the transaction back. */
    Mono<Void> onActivated(InstallationId id);
}
