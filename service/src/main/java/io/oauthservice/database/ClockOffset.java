package io.oauthservice.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * How far this process's clock is from PostgreSQL's. Leases and states go by the database's clock alone; whether a token is
 * still good goes by this one, and is told wrongly by as much.
 */
@Component
class ClockOffset {

    private static final Logger log = LoggerFactory.getLogger(ClockOffset.class);
    private static final Duration TOLERATED = Duration.ofSeconds(5);
    private static final Duration LONGEST_TRIP = Duration.ofSeconds(2);

    private final DatabaseClient database;
    private final Clock clock;
    private final AtomicLong millis;

    ClockOffset(DatabaseClient database, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.clock = clock;
        this.millis = new AtomicLong();
        TimeGauge.builder("oauth.database.clock.offset", millis, TimeUnit.MILLISECONDS, AtomicLong::doubleValue)
                .description("How far PostgreSQL's clock is ahead of this process's")
                .register(meters);
    }

    /** Deferred, because Spring calls this once and subscribes to what it got again and again. */
    @Scheduled(fixedDelayString = "PT1M")
    Mono<Void> measure() {
        return Mono.defer(this::measured).onErrorComplete().then();
    }

    /** Counted from the middle between question and answer. Empty where the answer took so long that it tells little. */
    Mono<Duration> measured() {
        Instant asked = clock.instant();
        return database.sql("SELECT clock_timestamp() AS now")
                .map(row -> Objects.requireNonNull(row.get("now", Instant.class)))
                .one()
                .flatMap(now -> offset(asked, clock.instant(), now))
                .doOnNext(this::tell);
    }

    private static Mono<Duration> offset(Instant asked, Instant answered, Instant now) {
        Duration trip = Duration.between(asked, answered);
        return trip.compareTo(LONGEST_TRIP) > 0
                ? Mono.empty()
                : Mono.just(Duration.between(asked.plus(trip.dividedBy(2)), now));
    }

    private void tell(Duration offset) {
        millis.set(offset.toMillis());
        if (offset.abs().compareTo(TOLERATED) > 0) {
            log.warn("The database's clock differs from this machine's by {} ms: set both by NTP", offset.toMillis());
        }
    }
}
