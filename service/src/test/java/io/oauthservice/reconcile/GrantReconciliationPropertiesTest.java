package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.startup.SettingException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Settings with which replicas would compare the same grants stop the start. */
class GrantReconciliationPropertiesTest {

    private static GrantReconciliationProperties settings(Duration grants, Duration pace) {
        return new GrantReconciliationProperties(grants, Duration.ofHours(6), Duration.ofSeconds(10), pace);
    }

    @Test
    void aBatchIsComparedWithinItsLease() {
        settings(Duration.ofDays(1), Duration.ofSeconds(59));

        assertThatThrownBy(() -> settings(Duration.ofDays(1), Duration.ofMinutes(1)))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.reconcile.pace times 10 must be less than PT10M, after which other replicas take the"
                        + " same grants");
    }

    @Test
    void anIntervalThatIsTooShortIsRejected() {
        assertThatThrownBy(() -> settings(Duration.ofSeconds(59), Duration.ofSeconds(1)))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.reconcile.grants must be at least PT1M");
    }
}
