package io.oauthservice.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthservice.background.BackgroundLoop;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The outbox's status as metrics. Every replica reads it from the database, so that the metrics show that there is no
 * relay, too. They are NaN while the database does not answer.
 */
@Component
public class OutboxMetrics implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(OutboxMetrics.class);

    /** More rows are not counted: PostgreSQL's estimate of the last vacuum is used instead. */
    static final int COUNTED = 1000;

    /**
     * Reads a bounded number of rows: the oldest event and the latest acknowledgement are at the ends of indexes.
     * {@code OFFSET 0} makes PostgreSQL compute each count once.
     */
    static final String STATUS = """
            SELECT CASE WHEN c.unsent < :counted THEN c.unsent ELSE GREATEST(c.unsent, (
                    SELECT reltuples::bigint FROM pg_class WHERE oid = 'oauth_outbox_unsent'::regclass)) END AS unsent,
                CASE WHEN c.blocked < :counted THEN c.blocked ELSE GREATEST(c.blocked, (
                    SELECT reltuples::bigint FROM pg_class WHERE oid = 'oauth_outbox_parked'::regclass)) END AS blocked,
                (SELECT count(*) FROM oauth_outbox_replays) AS replays,
                COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - (
                    SELECT occurred_at FROM oauth_outbox
                    WHERE published_at IS NULL AND NOT snapshot AND NOT held
                    ORDER BY held, occurred_at LIMIT 1)) * 1000, 0)::bigint AS lag_millis,
                GREATEST(
                    (SELECT max(published_at) FROM oauth_outbox
                     WHERE published_at IS NOT NULL AND NOT resend AND NOT %1$s),
                    (SELECT max(published_at) FROM oauth_outbox
                     WHERE published_at IS NOT NULL AND NOT resend AND %1$s)) AS last_acknowledged,
                r.trouble AS failure,
                CASE WHEN r.lease_until > clock_timestamp() THEN r.owner END AS relay
            FROM oauth_outbox_relay r, (
                SELECT
                    (SELECT count(*) FROM (
                        SELECT FROM oauth_outbox WHERE published_at IS NULL AND NOT snapshot
                        ORDER BY held, occurred_at LIMIT :counted) first) AS unsent,
                    (SELECT count(*) FROM (SELECT FROM oauth_outbox_parked LIMIT :counted) first) AS blocked
                OFFSET 0) c
            """.formatted(Outbox.REPLACEABLE);

    private final DatabaseClient database;
    private final OutboxProperties properties;
    private volatile @Nullable OutboxStatus last;

    OutboxMetrics(DatabaseClient database, OutboxProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    @Bean
    BackgroundLoop outboxMetricsLoop() {
        return new BackgroundLoop(
                OutboxMetrics.class, properties.measureEvery(), "Failed to update the outbox metrics", this::update);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder(
                        "oauth.events.lag",
                        this,
                        TimeUnit.MILLISECONDS,
                        of(status -> status.lag().toMillis()))
                .description("Age of the oldest unpublished event, except those of blocked installations")
                .register(registry);
        Gauge.builder("oauth.events.unsent", this, of(OutboxStatus::unsent))
                .description(
                        "Unpublished events, those of blocked installations included; from a thousand on, PostgreSQL's estimate")
                .register(registry);
        Gauge.builder("oauth.events.blocked", this, of(OutboxStatus::blocked))
                .description(
                        "Installations that wait for an operator because Kafka rejected an event; from a thousand on,"
                                + " PostgreSQL's estimate")
                .register(registry);
        Gauge.builder("oauth.events.replays", this, of(OutboxStatus::replays))
                .description("Replays that are not fully prepared")
                .register(registry);
    }

    private static ToDoubleFunction<OutboxMetrics> of(ToDoubleFunction<OutboxStatus> value) {
        return metrics -> {
            OutboxStatus status = metrics.last;
            return status == null ? Double.NaN : value.applyAsDouble(status);
        };
    }

    /** The status of the last measurement; empty where the database did not answer, or before the first one. */
    public Optional<OutboxStatus> last() {
        return Optional.ofNullable(last);
    }

    /** The status at this moment. */
    Mono<OutboxStatus> status() {
        return database.sql(STATUS)
                .bind("counted", COUNTED)
                .map(OutboxStatus::of)
                .one();
    }

    /** Updates the metrics. An outage is logged once. */
    Mono<OutboxStatus> update() {
        return status().doOnNext(status -> last = status).onErrorResume(failure -> {
            if (last != null) {
                log.warn("Failed to read the outbox status: error={}", failure.getMessage());
            }
            last = null;
            return Mono.empty();
        });
    }
}
