package io.oauthservice.outbox;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Whether events are published: UP, or DEGRADED while they wait for Kafka or for an operator. Requests are handled in
 * either case. The details are counts, times and reason codes; they contain no message and no address of a server.
 */
@Component("outboxHealthIndicator")
class OutboxHealth extends AbstractReactiveHealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");

    private final OutboxMetrics metrics;

    OutboxHealth(OutboxMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return metrics.status()
                .map(status -> health(builder, status))
                .onErrorResume(failure -> Mono.just(builder.unknown()
                        .withDetail("database", "does not answer")
                        .build()));
    }

    private static Health health(Health.Builder builder, OutboxStatus status) {
        String failure = status.failure();
        boolean well = failure == null && status.blocked() == 0;
        builder.status(well ? Status.UP : DEGRADED)
                .withDetail("kafka", failure == null ? "reachable" : failure)
                .withDetail("unsent", status.unsent())
                .withDetail("oldest_unsent_seconds", status.lag().toSeconds())
                .withDetail("blocked_installations", status.blocked())
                .withDetail("pending_replays", status.replays());
        if (status.lastAcknowledged() != null) {
            builder.withDetail("last_acknowledged", status.lastAcknowledged());
        }
        if (status.relay() != null) {
            builder.withDetail("relay", status.relay());
        }
        return builder.build();
    }
}
