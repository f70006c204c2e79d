package io.oauthservice.provider;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A provider that shows its attempts to deliver webhooks, and repeats one on request. */
public interface WebhookDeliveries {

    /**
     * One page of the attempts, newest first. Empty without this capability, and where our App receives no webhooks.
     *
     * @param cursor {@link DeliveryAttempts#next} of the page before; null: the first page
     */
    Mono<DeliveryAttempts> listDeliveries(@Nullable String cursor);

    /**
     * Repeats a delivery; its result is a further attempt.
     *
     * @param attemptId of any of its attempts
     */
    Mono<Void> redeliver(String attemptId);
}
