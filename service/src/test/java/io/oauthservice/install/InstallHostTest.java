package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flows start at the callback's host, with a cookie for it; unknown host names are rejected. */
class InstallHostTest extends FlowTestBase {

    @Test
    void anotherHostNameRedirectsToTheCallbacksHostFirst() {
        String localhost = at("/oauth/install/github?return_to=/after%3Fa%3D1").replace("127.0.0.1", "localhost");

        Page page = browser.openWithoutFollowing(localhost);

        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).isEqualTo(at("/oauth/install/github?return_to=/after%3Fa%3D1"));
        assertThat(page.response().hasHeader("Set-Cookie")).isFalse();
    }

    @Test
    void aFlowThatStartedAtAnotherHostNameConnects() {
        Page consent = browser.open(at("/oauth/install/github").replace("127.0.0.1", "localhost"));

        assertThat(browser.open(approved(consent)).heading()).isEqualTo("Connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example.com", "evil.example.com:8010", "127.0.0.1.evil.example.com"})
    void anUnknownHostIsRejected(String host) {
        http.get()
                .uri("/oauth/install/github")
                .header("Host", host)
                .exchange()
                .expectStatus()
                .isEqualTo(421)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:oauth-service:problem:unknown-host");
    }

    @Test
    void theCookieIsReusedByItsBrowserOnly() {
        Page page = browser.openWithoutFollowing(at("/oauth/install/github"));

        assertThat(page.response().header("Set-Cookie"))
                .matches("oauth_browser=[\\w-]{43};.*")
                .containsIgnoringCase("; Path=/")
                .containsIgnoringCase("; HttpOnly")
                .containsIgnoringCase("; SameSite=Lax")
                .doesNotContainIgnoringCase("Secure", "Domain");
        assertThat(page.response().header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.response().header("Referrer-Policy")).isEqualTo("no-referrer");
    }
}
