package io.oauthservice.install;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.GitHubControl;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The first flow of a service behind https, before any call to the provider. */
@ServiceTest(properties = "OAUTH_CALLBACK_BASE=https://oauth.example.com")
class HttpsInstallTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Test
    void aProviderThatIsDownDelaysTheFirstFlowAndTheNextGetsASecureCookie() {
        new GitHubControl(sandbox).failInfo(status(503));

        install()
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .exists("Retry-After")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:oauth-service:problem:provider-unavailable")
                .jsonPath("$.reason")
                .isEqualTo("down");

        install()
                .expectStatus()
                .isFound()
                .expectHeader()
                .value(
                        "Set-Cookie",
                        cookie -> assertThat(cookie)
                                .matches("__Host-oauth_browser=[\\w-]{43};.*")
                                .containsIgnoringCase("; Path=/")
                                .containsIgnoringCase("; Secure")
                                .containsIgnoringCase("; HttpOnly")
                                .containsIgnoringCase("; SameSite=Lax")
                                .doesNotContainIgnoringCase("Domain"));
    }

    private WebTestClient.ResponseSpec install() {
        return http.get()
                .uri("/oauth/install/github")
                .header("Host", "oauth.example.com")
                .exchange();
    }
}
