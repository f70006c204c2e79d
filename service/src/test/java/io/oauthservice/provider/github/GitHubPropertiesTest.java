package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Secrets are read from settings, and shown nowhere. */
class GitHubPropertiesTest {

    private final GitHubProperties app = new Binder(new MapConfigurationPropertySource(Map.of(
                    "app.app-id", "7", "app.client-id", "Iv23liExample", "app.client-secret", "0123456789abcdef")))
            .bind("app", Bindable.of(GitHubProperties.class))
            .get();

    @Test
    void aSecretIsRead() {
        assertThat(app.clientSecret().value()).isEqualTo("0123456789abcdef");
    }

    @Test
    void aSecretThatIsMissingIsEmpty() {
        assertThat(app.webhookSecret().value()).isEmpty();
    }

    @Test
    void noSecretIsShown() {
        assertThat(app.toString()).contains("Iv23liExample").doesNotContain("0123456789abcdef");
    }
}
