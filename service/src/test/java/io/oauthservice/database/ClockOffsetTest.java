package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.ServiceTestBase;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A clock that differs from the database's. */
@ExtendWith(OutputCaptureExtension.class)
class ClockOffsetTest extends ServiceTestBase {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aSlowClockIsReportedWithItsOffset(CapturedOutput output) {
        Duration offset = measure(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-20)));

        assertThat(offset).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(22));
        assertThat(output).contains("Database clock differs");
        assertThat(meters.get("oauth.database.clock.offset").timeGauge().value(TimeUnit.SECONDS))
                .isBetween(18.0, 22.0);
    }

    @Test
    void aCorrectClockIsNotReported(CapturedOutput output) {
        Duration offset = measure(Clock.systemUTC());

        assertThat(offset.abs()).isLessThan(Duration.ofSeconds(2));
        assertThat(output).doesNotContain("clock differs");
    }

    private Duration measure(Clock clock) {
        return Objects.requireNonNull(new ClockOffset(database, clock, meters)
                .measure()
                .repeatWhenEmpty(20, again -> again)
                .block(Duration.ofSeconds(30)));
    }
}
