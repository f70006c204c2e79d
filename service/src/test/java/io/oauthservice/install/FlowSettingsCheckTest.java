package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A time limit that would let a flow outlast its claim prevents the start. */
class FlowSettingsCheckTest {

    @Test
    void aFlowThatEndsWithinItsClaimIsAccepted() {
        assertThatCode(() -> new FlowSettingsCheck(Duration.ofSeconds(17))).doesNotThrowAnyException();
    }

    @Test
    void aFlowThatCouldOutlastItsClaimIsRejected() {
        assertThatThrownBy(() -> new FlowSettingsCheck(Duration.ofSeconds(18)))
                .isInstanceOf(SettingException.class)
                .hasMessage("7 times oauth.provider-guard.time-limit is PT2M6S and must be shorter than the claim of an"
                        + " install link, which is PT2M");
    }
}
