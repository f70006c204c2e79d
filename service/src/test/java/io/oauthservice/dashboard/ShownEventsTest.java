package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.outbox.OutboxStatus;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the page reports the delivery of events. */
class ShownEventsTest {

    private static ShownEvents shown(
            long unsent, Duration lag, long blocked, @Nullable String relay, @Nullable String failure) {
        return ShownEvents.of(Optional.of(new OutboxStatus(unsent, lag, blocked, 0, relay, failure, null)));
    }

    @Test
    void eventsOnTheirWayAreDelivered() {
        assertThat(shown(0, Duration.ZERO, 0, "one", null)).isEqualTo(new ShownEvents("delivered.", false, ""));
        assertThat(shown(7, Duration.ofSeconds(2), 0, "one", null).failing()).isFalse();
    }

    @Test
    void eventsThatWaitAreCounted() {
        assertThat(shown(12, Duration.ofSeconds(190), 0, "one", "unreachable"))
                .isEqualTo(new ShownEvents(
                        "12 events wait, the oldest for 3 min; consumers are behind."
                                + " Kafka does not accept events (unreachable).",
                        true,
                        "one"));
        assertThat(shown(1, Duration.ofHours(30), 0, null, null).text())
                .isEqualTo("1 event waits, the oldest for 30 h; consumers are behind. No replica publishes them.");
        assertThat(shown(3, Duration.ofSeconds(20), 0, "one", null).text())
                .isEqualTo("3 events wait, the oldest for 20 s; consumers are behind.");
    }

    @Test
    void anUnavailableKafkaIsReportedWhileNothingWaits() {
        assertThat(shown(0, Duration.ZERO, 0, "one", "no-topic").text())
                .isEqualTo("Kafka does not accept events (no-topic).");
    }

    @Test
    void blockedInstallationsWaitForAnOperator() {
        assertThat(shown(3, Duration.ZERO, 1, "one", null))
                .isEqualTo(new ShownEvents(
                        "Kafka rejects an event of 1 installation, whose later events wait for an operator.",
                        true,
                        "one"));
    }

    @Test
    void withoutAMeasurementNothingIsClaimed() {
        assertThat(ShownEvents.of(Optional.empty())).isEqualTo(new ShownEvents("not measured yet.", false, ""));
    }
}
