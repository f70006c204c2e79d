package io.oauthservice.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.oauthservice.access.ClientSnapshot.KnownKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Announces the keys that expire soon: by a metric, and by one log line for each. Not safe for use by several threads.
 */
@Component
class KeyExpiry {

    private static final double MILLIS_PER_SECOND = 1000;
    private static final Duration AHEAD = Duration.ofDays(14);
    private static final Logger log = LoggerFactory.getLogger(KeyExpiry.class);

    private final Clock clock;
    private final MultiGauge seconds;
    private @Nullable ClientSnapshot measured;
    private Set<Notice> announced = Set.of();

    KeyExpiry(Clock clock, MeterRegistry meters) {
        this.clock = clock;
        this.seconds = MultiGauge.builder("oauth.access.key.expires")
                .description("The time until a key of an API client expires, negative afterwards")
                .baseUnit("seconds")
                .register(meters);
    }

    void announce(ClientSnapshot clients) {
        if (!clients.equals(measured)) {
            measured = clients;
            seconds.register(
                    clients.expiringKeys()
                            .map(key -> MultiGauge.Row.of(
                                    Tags.of("client", key.caller().name(), "key", key.id()), () -> secondsLeft(key)))
                            .collect(Collectors.toList()),
                    true);
        }
        Set<Notice> due = clients.expiringKeys()
                .filter(key -> secondsLeft(key) <= AHEAD.toSeconds())
                .map(key -> new Notice(key, key.isExpired(clock)))
                .collect(Collectors.toSet());
        due.stream().filter(notice -> !announced.contains(notice)).forEach(KeyExpiry::warn);
        announced = due;
    }

    private double secondsLeft(KnownKey key) {
        return (key.expiresAt() - clock.millis()) / MILLIS_PER_SECOND;
    }

    private static void warn(Notice notice) {
        KnownKey key = notice.key();
        log.warn(
                notice.expired()
                        ? "API key has expired, requests with it are rejected: client={} key={} expires_at={}"
                        : "API key expires soon: client={} key={} expires_at={}",
                key.caller().name(),
                key.id(),
                Instant.ofEpochMilli(key.expiresAt()));
    }

    private record Notice(KnownKey key, boolean expired) {}
}
