package io.oauthservice.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.oauthservice.background.BackgroundLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The difference between this process's clock and PostgreSQL's. Leases and states use the database's clock only;
 * whether a token has expired is decided by this process's clock, and is wrong by the difference.
 */
@Component
class ClockOffset {

    private static final Logger log = LoggerFactory.getLogger(ClockOffset.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration TOLERATED = Duration.ofSeconds(5);
    private static final Duration LONGEST_ROUND_TRIP = Duration.ofSeconds(2);

    private final DatabaseClient database;
    private final Clock clock;
    private final AtomicLong millis;

    ClockOffset(DatabaseClient database, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.clock = clock;
        this.millis = new AtomicLong();
        TimeGauge.builder("oauth.database.clock.offset", millis, TimeUnit.MILLISECONDS, AtomicLong::doubleValue)
                .description("How far PostgreSQL's clock is ahead of this process's clock")
                .register(meters);
    }

    @Bean
    BackgroundLoop clockOffsetLoop() {
        return new BackgroundLoop(
                ClockOffset.class,
                INTERVAL,
                "Failed to measure the clock offset",
                () -> measure().onErrorComplete());
    }

    /** Uses the midpoint of the round trip. Empty if the round trip took too long for a useful result. */
    Mono<Duration> measure() {
        Instant sent = clock.instant();
        return database.sql("SELECT clock_timestamp() AS now")
                .map(row -> Sql.get(row, "now", Instant.class))
                .one()
                .flatMap(now -> offset(sent, clock.instant(), now))
                .doOnNext(this::report);
    }

    private static Mono<Duration> offset(Instant sent, Instant received, Instant now) {
        Duration roundTrip = Duration.between(sent, received);
        return roundTrip.compareTo(LONGEST_ROUND_TRIP) > 0
                ? Mono.empty()
                : Mono.just(Duration.between(sent.plus(roundTrip.dividedBy(2)), now));
    }

    private void report(Duration offset) {
        millis.set(offset.toMillis());
        if (offset.abs().compareTo(TOLERATED) > 0) {
            log.warn("Database clock differs: offset_ms={}", offset.toMillis());
        }
    }
}
