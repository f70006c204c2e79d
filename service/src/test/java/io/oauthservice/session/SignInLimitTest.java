package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SignInLimitTest {

    private Instant now = Instant.parse("2026-11-29T10:00:00Z");

    private final SignInLimit limit = new SignInLimit(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void tenFailuresWithinAMinutePauseUntilTheFirstIsAMinuteOld() {
        for (int i = 0; i < 9; i++) {
            limit.recordFailure();
        }
        assertThat(limit.pause()).isZero();

        now = now.plusSeconds(20);
        limit.recordFailure();
        assertThat(limit.pause()).isEqualTo(Duration.ofSeconds(40));

        now = now.plusSeconds(40);
        assertThat(limit.pause()).isZero();
    }
}
