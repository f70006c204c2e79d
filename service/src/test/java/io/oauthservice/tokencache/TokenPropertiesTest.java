package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Settings that would let a token be served for longer than {@code max-stale} allows stop the start. */
class TokenPropertiesTest {

    private final ApplicationContextRunner service =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void aTokenIsRevalidatedBeforeItIsTooOldToBeServed() {
        service.withPropertyValues("oauth.tokens.max-stale=10s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessage("oauth.tokens.revalidate-every is PT30S and must be at most"
                                + " oauth.tokens.max-stale, which is PT10S"));
    }

    @Test
    void bothTimesMayBeTheSame() {
        service.withPropertyValues("oauth.tokens.max-stale=30s")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @EnableConfigurationProperties(TokenProperties.class)
    static class Settings {}
}
