package io.oauthservice.outbox;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Whether events reach Kafka: UP, or DEGRADED while they wait, for the broker or for an operator. Calls are served in
 * either case. The details are counts, times, and words of ours; no server's message and no address is among them.
 */
@Component("outboxHealthIndicator")
class OutboxHealth extends AbstractReactiveHealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");

    private final OutboxMetrics measurement;

    OutboxHealth(OutboxMetrics measurement) {
        this.measurement = measurement;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return measurement
                .standing()
                .map(standing -> health(builder, standing))
                .onErrorResume(failure -> Mono.just(builder.unknown()
                        .withDetail("database", "does not answer")
                        .build()));
    }

    private static Health health(Health.Builder builder, OutboxStatus standing) {
        String trouble = standing.trouble();
        boolean well = trouble == null && standing.parked() == 0;
        builder.status(well ? Status.UP : DEGRADED)
                .withDetail("kafka", trouble == null ? "answers" : trouble)
                .withDetail("unsent", standing.unsent())
                .withDetail("oldest_unsent_seconds", standing.lag().toSeconds())
                .withDetail("parked_installations", standing.parked())
                .withDetail("replays_under_way", standing.replays());
        if (standing.lastAcknowledged() != null) {
            builder.withDetail("last_acknowledged", standing.lastAcknowledged());
        }
        if (standing.relay() != null) {
            builder.withDetail("relay", standing.relay());
        }
        return builder.build();
    }
}
