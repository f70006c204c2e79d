package io.oauthservice.provider;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthservice.background.BackgroundLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Repeats the credentials check of platforms that reject our client credentials, until they accept them. */
@Component
class CredentialsCheckJob implements MeterBinder {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final Providers providers;
    private final CredentialsStatus credentials;
    private final ProviderGuardProperties properties;

    CredentialsCheckJob(Providers providers, CredentialsStatus credentials, ProviderGuardProperties properties) {
        this.providers = providers;
        this.credentials = credentials;
        this.properties = properties;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (GuardedProvider provider : providers.all()) {
            Gauge.builder("oauth.provider.credentials.rejected", () -> isRejected(provider) ? 1 : 0)
                    .description("1 while the platform rejects our client credentials, else 0")
                    .tag("platform", provider.platform().id())
                    .register(registry);
        }
    }

    private boolean isRejected(GuardedProvider provider) {
        return credentials.rejection(provider.platform()) != null;
    }

    @Bean
    BackgroundLoop credentialsCheckLoop() {
        return new BackgroundLoop(
                CredentialsCheckJob.class, properties.credentialsCheckEvery(), "Credentials check failed", this::check);
    }

    private Mono<Void> check() {
        return Flux.fromIterable(providers.all())
                .filter(this::isRejected)
                .flatMap(provider ->
                        provider.checkCredentials().timeout(TIME_LIMIT).onErrorComplete())
                .then();
    }
}
