package io.oauthservice.provider;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No call waits for a connection. */
class ProviderGuardPropertiesTest {

    @Test
    void asManyRequestsAsConnectionsAreAccepted() {
        assertThatNoException().isThrownBy(() -> calls(64, 24, 16));
    }

    @Test
    void moreRequestsThanConnectionsAreRejected() {
        assertThatExceptionOfType(SettingException.class)
                .isThrownBy(() -> calls(64, 24, 17))
                .withMessage(
                        "oauth.provider-guard.concurrent-calls plus twice install-calls plus narrowing-calls is 129"
                                + " and must be at most 128, the connections to one host");
    }

    private static ProviderGuardProperties calls(int concurrent, int install, int narrowing) {
        return new ProviderGuardProperties(
                Duration.ofSeconds(15),
                concurrent,
                install,
                narrowing,
                20,
                50,
                Duration.ofSeconds(10),
                Duration.ofSeconds(15));
    }
}
