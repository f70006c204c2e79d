package io.oauthservice.vault;

import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reports whether the vault can encrypt. Not part of liveness or readiness: cached tokens are served without it. */
@Component("vaultHealthIndicator")
final class VaultHealth extends AbstractReactiveHealthIndicator {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Vaults vaults;

    VaultHealth(Vaults vaults) {
        super("Vault health check failed");
        this.vaults = vaults;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder health) {
        return vaults.currentKey()
                .timeout(LIMIT)
                .map(key -> health.up().withDetail("key", key).build())
                .onErrorResume(failure -> Mono.just(health.down()
                        .withDetail("reason", String.valueOf(failure.getMessage()))
                        .build()));
    }
}
