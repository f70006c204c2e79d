package io.oauthservice.grantcheck;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Phases;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.SuspendedInstallations;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Periodically checks whether suspended installations are still suspended, because not every platform reports the end.
 */
@Component
@EnableConfigurationProperties(SuspensionCheck.Properties.class)
class SuspensionCheck {

    private final SuspendedInstallations suspended;
    private final GrantContent content;
    private final Providers providers;
    private final Properties properties;

    SuspensionCheck(
            SuspendedInstallations suspended, GrantContent content, Providers providers, Properties properties) {
        this.suspended = suspended;
        this.content = content;
        this.providers = providers;
        this.properties = properties;
    }

    @Bean
    BackgroundLoop suspensionCheckLoop() {
        return new BackgroundLoop(
                        SuspensionCheck.class,
                        properties.suspendedEvery(),
                        "Failed to check suspended installations",
                        // Skips installations that another replica has refreshed; other checks are not recorded.
                        () -> checkAll(properties.suspendedEvery().dividedBy(2)))
                .inPhase(Phases.REFRESHING_JOBS);
    }

    Mono<Void> checkAll(Duration notCheckedFor) {
        return Flux.fromIterable(providers.all())
                .filter(provider -> provider.unavailability().isEmpty())
                .map(GuardedProvider::platform)
                .concatMap(platform -> suspended.findUnchecked(platform, notCheckedFor))
                .concatMap(this::check)
                .then();
    }

    /** Without an answer it is checked again in the next round. */
    private Mono<Installation> check(Installation installation) {
        return content.update(installation).onErrorResume(GrantContent::isUnanswered, unanswered -> Mono.empty());
    }

    /** @param suspendedEvery how often each suspended installation is checked, in case its end was not reported */
    @ConfigurationProperties("oauth.refresh.sweep")
    record Properties(@DefaultValue("15m") Duration suspendedEvery) {}
}
