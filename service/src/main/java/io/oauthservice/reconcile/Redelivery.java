package io.oauthservice.reconcile;

import io.oauthservice.provider.DeliveryAttempts;
import io.oauthservice.provider.DeliveryAttempts.Attempt;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Requests failed webhooks again if no list contains their content. At most three times each, so that a wrong secret
 * does not cause a growing number of failed deliveries.
 */
@Component
class Redelivery {

    private static final Logger log = LoggerFactory.getLogger(Redelivery.class);
    private static final int MOST_PAGES = 20;
    private static final int MOST_AT_ONCE = 50;
    private static final int MOST_ATTEMPTS = 4;

    /** Returns the number of requested deliveries, without failed requests. Empty where they cannot be listed. */
    Mono<Long> redeliver(GuardedProvider provider) {
        return provider.listDeliveries(null)
                .expand(page -> page.next() == null ? Mono.empty() : provider.listDeliveries(page.next()))
                .take(MOST_PAGES)
                .concatMapIterable(DeliveryAttempts::attempts)
                .collect(Collectors.groupingBy(Attempt::deliveryId))
                .flatMapMany(deliveries -> Flux.fromIterable(deliveries.values()))
                .filter(Redelivery::isDue)
                .map(List::getFirst)
                .take(MOST_AT_ONCE)
                .concatMap(attempt -> provider.redeliver(attempt.id())
                        .thenReturn(attempt)
                        .onErrorResume(ProviderException.class, failure -> skip(provider, failure)))
                .doOnNext(attempt -> log.info(
                        "Failed webhook requested again: platform={} delivery={}",
                        provider.platform(),
                        attempt.deliveryId()))
                .count()
                .onErrorResume(ProviderException.class, failure -> skip(provider, failure));
    }

    private static <T> Mono<T> skip(GuardedProvider provider, ProviderException failure) {
        log.warn(
                "Failed webhook not requested again: platform={} error={} ({})",
                provider.platform(),
                failure.code(),
                failure.getMessage());
        return Mono.empty();
    }

    private static boolean isDue(List<Attempt> attempts) {
        return attempts.size() < MOST_ATTEMPTS
                && attempts.getFirst().irreplaceable()
                && attempts.stream().noneMatch(Attempt::successful);
    }
}
