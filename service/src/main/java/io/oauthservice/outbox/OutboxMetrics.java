package io.oauthservice.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What waits in the outbox, as metrics. Each replica asks the database, the relay or not, so that none is needed to tell
 * that no relay is left. While the database does not answer nothing is known, and the metrics say so (NaN).
 */
@Component
class OutboxMetrics implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(OutboxMetrics.class);

    /** Up to so many are counted; beyond, the count is PostgreSQL's estimate of the table's or index's last vacuum. */
    static final int COUNTED = 1000;

    /**
     * Reads a bounded number of rows, however many wait: the oldest comes from the end of an index, and so does the latest
     * acknowledgement. {@code OFFSET 0} lets each count be made once.
     */
    static final String STANDING = """
            SELECT CASE WHEN c.unsent < :counted THEN c.unsent ELSE GREATEST(c.unsent, (
                    SELECT reltuples::bigint FROM pg_class WHERE oid = 'oauth_outbox_unsent'::regclass)) END AS unsent,
                CASE WHEN c.parked < :counted THEN c.parked ELSE GREATEST(c.parked, (
                    SELECT reltuples::bigint FROM pg_class WHERE oid = 'oauth_outbox_parked'::regclass)) END AS parked,
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
                r.trouble,
                CASE WHEN r.lease_until > clock_timestamp() THEN r.owner END AS relay
            FROM oauth_outbox_relay r, (
                SELECT
                    (SELECT count(*) FROM (
                        SELECT FROM oauth_outbox WHERE published_at IS NULL AND NOT snapshot
                        ORDER BY held, occurred_at LIMIT :counted) first) AS unsent,
                    (SELECT count(*) FROM (SELECT FROM oauth_outbox_parked LIMIT :counted) first) AS parked
                OFFSET 0) c
            """.formatted(Outbox.REPLACEABLE);

    private final DatabaseClient database;
    private volatile @Nullable OutboxStatus last;

    OutboxMetrics(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder(
                        "oauth.events.lag",
                        this,
                        TimeUnit.MILLISECONDS,
                        of(standing -> standing.lag().toMillis()))
                .description(
                        "How long the oldest event waits that could be sent; those of parked installations do not count")
                .register(registry);
        Gauge.builder("oauth.events.unsent", this, of(OutboxStatus::unsent))
                .description(
                        "Events that the broker has not acknowledged yet, parked ones included; from a thousand on, PostgreSQL's estimate")
                .register(registry);
        Gauge.builder("oauth.events.parked", this, of(OutboxStatus::parked))
                .description(
                        "Installations whose events wait for an operator because the broker refused one; from a thousand on,"
                                + " PostgreSQL's estimate")
                .register(registry);
        Gauge.builder("oauth.events.replays", this, of(OutboxStatus::replays))
                .description("Orders to send events again that are not prepared to their end")
                .register(registry);
    }

    private static ToDoubleFunction<OutboxMetrics> of(ToDoubleFunction<OutboxStatus> value) {
        return measurement -> {
            OutboxStatus standing = measurement.last;
            return standing == null ? Double.NaN : value.applyAsDouble(standing);
        };
    }

    /** How it stands now. */
    Mono<OutboxStatus> standing() {
        return database.sql(STANDING)
                .bind("counted", COUNTED)
                .map(OutboxStatus::of)
                .one();
    }

    /**
     * Brings the metrics up to date. Deferred, because Spring calls this once and subscribes to what it got again and
     * again.
     */
    @Scheduled(fixedDelayString = "${oauth.events.measure-every}")
    Mono<OutboxStatus> measure() {
        return Mono.defer(this::standing).doOnNext(standing -> last = standing).onErrorResume(failure -> {
            if (last != null) {
                log.warn("Not known how many events wait: {}", failure.getMessage());
            }
            last = null;
            return Mono.empty();
        });
    }
}
