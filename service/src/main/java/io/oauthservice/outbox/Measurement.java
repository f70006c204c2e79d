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
class Measurement implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(Measurement.class);

    private static final String STANDING = """
            SELECT u.unsent, u.lag_millis, r.trouble,
                CASE WHEN r.lease_until > clock_timestamp() THEN r.owner END AS relay,
                (SELECT count(*) FROM oauth_outbox_parked) AS parked,
                (SELECT count(*) FROM oauth_outbox_replays) AS replays,
                (SELECT max(published_at) FROM oauth_outbox WHERE published_at IS NOT NULL) AS last_acknowledged
            FROM oauth_outbox_relay r, (
                SELECT count(*) AS unsent,
                    COALESCE(EXTRACT(EPOCH FROM clock_timestamp()
                        - min(o.occurred_at) FILTER (WHERE p.installation_id IS NULL)) * 1000, 0)::bigint AS lag_millis
                FROM oauth_outbox o LEFT JOIN oauth_outbox_parked p ON p.installation_id = o.installation_id
                WHERE o.published_at IS NULL AND NOT o.snapshot) u
            """;

    private final DatabaseClient database;
    private volatile @Nullable Standing last;

    Measurement(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder(
                        "oauth.events.lag",
                        this,
                        TimeUnit.MILLISECONDS,
                        of(standing -> standing.lag().toMillis()))
                .description("How long the oldest event waits that could be sent; parked ones do not count")
                .register(registry);
        Gauge.builder("oauth.events.unsent", this, of(Standing::unsent))
                .description("Events that the broker has not acknowledged yet, parked ones included")
                .register(registry);
        Gauge.builder("oauth.events.parked", this, of(Standing::parked))
                .description("Installations whose events wait for an operator because the broker refused one")
                .register(registry);
        Gauge.builder("oauth.events.replays", this, of(Standing::replays))
                .description("Orders to send events again that are not prepared to their end")
                .register(registry);
    }

    private static ToDoubleFunction<Measurement> of(ToDoubleFunction<Standing> value) {
        return measurement -> {
            Standing standing = measurement.last;
            return standing == null ? Double.NaN : value.applyAsDouble(standing);
        };
    }

    /** How it stands now. */
    Mono<Standing> standing() {
        return database.sql(STANDING).map(Standing::of).one();
    }

    /**
     * Brings the metrics up to date. Deferred, because Spring calls this once and subscribes to what it got again and
     * again.
     */
    @Scheduled(fixedDelayString = "${oauth.events.measure-every}")
    Mono<Standing> measure() {
        return Mono.defer(this::standing).doOnNext(standing -> last = standing).onErrorResume(failure -> {
            if (last != null) {
                log.warn("Not known how many events wait: {}", failure.getMessage());
            }
            last = null;
            return Mono.empty();
        });
    }
}
