package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;

/** Settings that would endanger tokens prevent the start. */
class RefreshSettingsCheckTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withInitializer(context ->
                    context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance()))
            .withUserConfiguration(Settings.class)
            .withPropertyValues(
                    "oauth.provider-guard.concurrent-calls=64", "spring.lifecycle.timeout-per-shutdown-phase=30s");

    @Test
    void theDefaultsAreAccepted() {
        service.run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void asManyRefreshesAsCallsAreAccepted() {
        service.withPropertyValues("oauth.provider-guard.concurrent-calls=56")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oauth.refresh.attempt-limit=60s                | oauth.refresh.attempt-limit is PT1M and must be shorter"
                        + " than oauth.refresh.lease, which is PT1M",
                "oauth.refresh.lease=10s                        | oauth.refresh.attempt-limit is PT20S and must be shorter"
                        + " than oauth.refresh.lease, which is PT10S",
                "oauth.refresh.lease=26s                        | oauth.refresh.attempt-limit is PT20S and must be at most"
                        + " three quarters of oauth.refresh.lease, which is PT26S",
                "oauth.refresh.sweep.concurrency=33             | oauth.refresh.concurrency plus"
                        + " oauth.refresh.sweep.concurrency is 65 and must be at most"
                        + " oauth.provider-guard.concurrent-calls, which is 64",
                "spring.lifecycle.timeout-per-shutdown-phase=25s | oauth.refresh.attempt-limit plus PT5S to store the tokens"
                        + " is PT25S and must be shorter than spring.lifecycle.timeout-per-shutdown-phase, which is PT25S"
            })
    void dangerousCombinationsAreRejected(String setting, String message) {
        service.withPropertyValues(setting)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage(message));
    }

    @EnableConfigurationProperties({RefreshProperties.class, SweepProperties.class})
    @Import(RefreshSettingsCheck.class)
    static class Settings {}
}
