package io.oauthservice.provider;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Repeats the credentials check of platforms that reject our client credentials, until they accept them. */
@Component
class CredentialsCheckJob implements MeterBinder {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final Providers providers;
    private final CredentialsStatus credentials;

    CredentialsCheckJob(Providers providers, CredentialsStatus credentials) {
        this.providers = providers;
        this.credentials = credentials;
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

    /** Deferred, because Spring calls this method once and subscribes to the result repeatedly. */
    @Scheduled(fixedDelayString = "${oauth.provider-guard.credentials-check-every}")
    Mono<Void> check() {
        return Flux.defer(() -> Flux.fromIterable(providers.all()))
                .filter(this::isRejected)
                .flatMap(provider ->
                        provider.checkCredentials().timeout(TIME_LIMIT).onErrorComplete())
                .then();
    }
}
