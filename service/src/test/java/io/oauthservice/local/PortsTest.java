package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void aPortInUseIsReportedWithItsSetting() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(Map.of("KAFKA_PORT", port)))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessage("Port %d is taken: stop what listens there or set KAFKA_PORT=<a free port>", port);
        }
    }

    @Test
    void aPortIsInUseIfAListenerUsesAllAddresses() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(Map.of("PORT", port))).hasMessageContaining("PORT=");
        }
    }

    @Test
    void twoSettingsCannotShareAPort() {
        int port = Ports.free();

        assertThatThrownBy(() -> Ports.requireFree(Map.of("PORT", port, "SANDBOX_PORT", port)))
                .hasMessageContainingAll("PORT", "SANDBOX_PORT", Integer.toString(port));
    }

    /** Linux gives 32768 and above to outgoing connections. */
    @RepeatedTest(20)
    void noOutgoingConnectionCanTakeAFreePort() {
        assertThat(Ports.free()).isBetween(15_000, 31_999);
    }

    @Test
    void freePortsAreAcceptedAndReturnedOnce() {
        int one = Ports.free();
        int other = Ports.free();

        assertThat(one).isNotEqualTo(other);
        assertThatCode(() -> Ports.requireFree(Map.of("PORT", one, "KAFKA_PORT", other)))
                .doesNotThrowAnyException();
    }
}
