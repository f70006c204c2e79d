package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {

    @ParameterizedTest
    @CsvSource({
        "https://host:443, https://host",
        "HTTPS://Host.Example.com/, https://host.example.com",
        "http://localhost:80, http://localhost",
        "https://host:8443, https://host:8443"
    })
    void theCallbackBaseIsAsBrowsersWriteIt(URI given, URI normalised) {
        assertThat(new PublicAddress(given, List.of()).callbackBase()).isEqualTo(normalised);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://internal", "internal:8010", "internal/oauth", "[internal]", "in ternal", "*.internal"})
    void aHostThatCannotMatchIsRejected(String host) {
        PublicAddress address = new PublicAddress(URI.create("https://host"), List.of(host));

        assertThatThrownBy(() -> new KnownHosts(address))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("OAUTH_HOSTS ");
    }

    @Test
    void hostsMatchInAnyCaseAndWithAnyPort() {
        KnownHosts hosts = new KnownHosts(new PublicAddress(URI.create("https://Host"), List.of("oauth.Internal")));

        assertThat(List.of("host", "HOST:443", "oauth.internal:8010", "[::1]:80", "127.0.0.1"))
                .allMatch(hosts::matches);
        assertThat(List.of("", "host:", "host:65536", "host:x", "other", "host, other", "::1", "host:80:80", "u@host"))
                .noneMatch(hosts::matches);
    }
}
