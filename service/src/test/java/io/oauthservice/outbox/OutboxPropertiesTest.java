package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Settings that would let a replay miss events stop the start. */
class OutboxPropertiesTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withUserConfiguration(Settings.class)
            .withPropertyValues("oauth.events.source=http://127.0.0.1:8010");

    @Test
    void bothRetentionsMayBeTheSame() {
        service.withPropertyValues("oauth.events.keep=1d", "oauth.events.keep-refreshed=1d")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource({"30m, 1h", "14d, 15d", "14d, -1s"})
    void refreshedEventsAreNotKeptForLonger(String keep, String keepRefreshed) {
        service.withPropertyValues("oauth.events.keep=" + keep, "oauth.events.keep-refreshed=" + keepRefreshed)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("oauth.events.keep-refreshed must be at most oauth.events.keep"));
    }

    @Test
    void acknowledgementsAreAwaitedForLessThanTheLease() {
        service.withPropertyValues("oauth.events.lease=8s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("oauth.events.acknowledged-within is PT8S and must be shorter than"
                                + " oauth.events.lease, which is PT8S"));
    }

    @EnableConfigurationProperties(OutboxProperties.class)
    static class Settings {}
}
