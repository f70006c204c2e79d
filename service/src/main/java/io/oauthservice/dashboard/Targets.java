package io.oauthservice.dashboard;

import io.oauthservice.access.Caller;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.ProblemException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds what an address of the page names. */
@Component
class Targets {

    private final CallerInstallations installations;
    private final Providers providers;

    Targets(CallerInstallations installations, Providers providers) {
        this.installations = installations;
        this.providers = providers;
    }

    /** An installation that the caller sees. Fails with a 404 problem where there is none. */
    Mono<Installation> find(String id, Caller caller) {
        caller.require(Caller.INSTALLATIONS_READ);
        return installations.find(caller, id);
    }

    /** The same; empty where there is none. */
    Mono<Installation> findVisible(String id, Caller caller) {
        return find(id, caller).onErrorResume(ProblemException.class, failure -> Mono.empty());
    }

    /** @throws ProblemException 404 where the platform is not configured */
    GuardedProvider provider(String platform) {
        return providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
    }
}
