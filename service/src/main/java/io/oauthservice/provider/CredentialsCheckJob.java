package io.oauthservice.provider;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks platforms that have refused our credentials whether they take them by now. */
@Component
class CredentialsCheck implements MeterBinder {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final Providers providers;
    private final CredentialsStatus credentials;

    CredentialsCheck(Providers providers, CredentialsStatus credentials) {
        this.providers = providers;
        this.credentials = credentials;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (OAuthProvider provider : providers.all()) {
            Gauge.builder("oauth.provider.credentials.refused", () -> isRefused(provider) ? 1 : 0)
                    .description("Whether the platform refuses our own credentials: 1, else 0")
                    .tag("platform", provider.platform().id())
                    .register(registry);
        }
    }

    private boolean isRefused(OAuthProvider provider) {
        return credentials.refusal(provider.platform()) != null;
    }

    /** Deferred, because Spring calls this once and subscribes to what it got again and again. */
    @Scheduled(fixedDelayString = "${oauth.provider-guard.credentials-check-every}")
    Mono<Void> check() {
        return Flux.defer(() -> Flux.fromIterable(providers.all()))
                .filter(this::isRefused)
                .flatMap(provider ->
                        provider.checkCredentials().timeout(TIME_LIMIT).onErrorComplete())
                .then();
    }
}
