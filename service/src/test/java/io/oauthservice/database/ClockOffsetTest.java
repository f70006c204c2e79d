package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.ServiceStory;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A clock that is not the database's. */
@ExtendWith(OutputCaptureExtension.class)
class ClockOffsetTest extends ServiceStory {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aMachineThatIsSlowIsToldByHowMuch(CapturedOutput output) {
        Duration offset = measured(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-20)));

        assertThat(offset).isBetween(Duration.ofSeconds(18), Duration.ofSeconds(22));
        assertThat(output).contains("The database's clock differs from this machine's by");
        assertThat(meters.get("oauth.database.clock.offset").timeGauge().value(TimeUnit.SECONDS))
                .isBetween(18.0, 22.0);
    }

    @Test
    void aMachineThatIsRightIsToldNothing(CapturedOutput output) {
        Duration offset = measured(Clock.systemUTC());

        assertThat(offset.abs()).isLessThan(Duration.ofSeconds(2));
        assertThat(output).doesNotContain("clock differs");
    }

    private Duration measured(Clock clock) {
        return Objects.requireNonNull(new ClockOffset(database, clock, meters)
                .measured()
                .repeatWhenEmpty(20, again -> again)
                .block(Duration.ofSeconds(30)));
    }
}
