package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "HTTPS://GitHub.Example.com:443/api/v3/, https://github.example.com/api/v3",
        "http://localhost:80, http://localhost",
        "https://host:8443//, https://host:8443",
        "https://slack.com/api, https://slack.com/api"
    })
    void anAddressHasOneSpelling(URI given, URI normalised) {
        assertThat(Addresses.normalised("X", given)).isEqualTo(normalised);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://host", "http://localhost:1", "http://127.0.0.2", "http://[::1]:9"})
    void secretsAreSentEncryptedOrStayOnThisMachine(URI address) {
        new Addresses(false).requireEncrypted("X", address);
    }

    @Test
    void clearTextMustBeAllowed() {
        URI address = URI.create("http://sandbox:8011");

        assertThatThrownBy(() -> new Addresses(false).requireEncrypted("X", address))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("OAUTH_ALLOW_CLEAR_TEXT");
        new Addresses(true).requireEncrypted("X", address);
    }
}
