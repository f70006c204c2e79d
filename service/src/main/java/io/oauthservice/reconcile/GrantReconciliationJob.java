package io.oauthservice.reconcile;

import io.oauthservice.audit.Origin;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.BackgroundLoops;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RateLimitPauses;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reconciles grants that are due, one after the other on each platform and slowly: callers need the platform's quota.
 * Every replica works and skips what others have taken. A platform that lists its installations is left out.
 */
@Component
@EnableConfigurationProperties(GrantReconciliationProperties.class)
class GrantReconciliationJob {

    static final int BATCH_SIZE = 10;

    private final DueGrants grants;
    private final GrantReconciliation reconciliation;
    private final GrantReconciliationProperties properties;
    private final RateLimitPauses pauses = new RateLimitPauses();

    GrantReconciliationJob(
            DueGrants grants, GrantReconciliation reconciliation, GrantReconciliationProperties properties) {
        this.grants = grants;
        this.reconciliation = reconciliation;
        this.properties = properties;
    }

    /** Stop before the refresher, which then waits for refreshes in progress. */
    @Bean
    BackgroundLoops grantReconciliationLoops(Providers providers) {
        return new BackgroundLoops(providers.all().stream()
                .filter(provider -> provider.hasReader() && !provider.hasDirectory())
                .map(provider -> new BackgroundLoop(
                        GrantReconciliationJob.class,
                        properties.lookEvery(),
                        "Failed to reconcile grants: platform=" + provider.platform(),
                        () -> reconcileDue(provider)))
                .toList());
    }

    /** Returns whether there may be more. */
    private Mono<Boolean> reconcileDue(GuardedProvider provider) {
        return Mono.defer(() -> pauses.isPaused(provider) ? Mono.just(List.<DueGrants.Due>of()) : take(provider))
                .delayUntil(due -> reconcile(provider, due))
                .map(due -> due.size() == BATCH_SIZE)
                .contextWrite(Origin.context(Origin.RECONCILIATION));
    }

    private Mono<List<DueGrants.Due>> take(GuardedProvider provider) {
        return grants.take(provider.platform(), BATCH_SIZE).collectList();
    }

    /** If the platform allows no more calls, the remaining grants are due again after ten minutes. */
    private Mono<Void> reconcile(GuardedProvider provider, List<DueGrants.Due> due) {
        return Flux.fromIterable(due)
                .delayElements(properties.pace())
                .concatMap(reconciliation::reconcile, 1)
                .then()
                .onErrorResume(RateLimited.class, limited -> {
                    pauses.pause(provider.platform(), limited.after());
                    return Mono.empty();
                });
    }
}
