package io.oauthservice.installation;

import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs all {@linkplain ActivationHook hooks}, as a part of the transaction that has made an installation active. */
@Component
class ActivationHooks {

    private final List<ActivationHook> hooks;

    ActivationHooks(List<ActivationHook> hooks) {
        this.hooks = hooks;
    }

    Mono<Void> onActivated(InstallationId id) {
        return Flux.fromIterable(hooks).concatMap(hook -> hook.onActivated(id)).then();
    }
}
