package io.oauthservice.refresh;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Phases;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.SuspendedInstallations;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks from time to time whether suspended installations are suspended still: not every platform reports the end. */
@Component
class SuspensionCheck {

    private final SuspendedInstallations suspended;
    private final GrantCheck grants;
    private final Providers providers;
    private final SweepProperties properties;

    SuspensionCheck(
            SuspendedInstallations suspended, GrantCheck grants, Providers providers, SweepProperties properties) {
        this.suspended = suspended;
        this.grants = grants;
        this.providers = providers;
        this.properties = properties;
    }

    @Bean
    BackgroundLoop suspensionCheckLoop() {
        return new BackgroundLoop(
                        SuspensionCheck.class,
                        properties.suspendedEvery(),
                        "Suspended installations cannot be checked",
                        // Those that another replica has checked since are left to it.
                        () -> checkUnchecked(properties.suspendedEvery().dividedBy(2)))
                .inPhase(Phases.REFRESH_JOB);
    }

    Mono<Void> checkUnchecked(Duration unchecked) {
        return Flux.fromIterable(providers.all())
                .filter(provider -> provider.unavailability().isEmpty())
                .map(GuardedProvider::platform)
                .concatMap(platform -> suspended.unchecked(platform, unchecked))
                .concatMap(this::check)
                .then();
    }

    /** Without an answer it is checked again in the next round. */
    private Mono<Installation> check(Installation installation) {
        return grants.update(installation)
                .onErrorResume(
                        failure -> failure instanceof ProviderException || failure instanceof RefreshException,
                        unanswered -> Mono.empty());
    }
}
