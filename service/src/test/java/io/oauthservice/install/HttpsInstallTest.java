package io.oauthservice.install;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.GitHubControl;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The first flow of a service behind https, before any call to the provider. */
@ServiceTest(properties = "OAUTH_CALLBACK_BASE=https://oauth.example.com")
@TestMethodOrder(OrderAnnotation.class)
class HttpsInstallTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Test
    @Order(1)
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

    @ParameterizedTest
    @ValueSource(strings = {"oauth.example.com:443", "OAuth.Example.com", "oauth.example.com"})
    void theDefaultPortIsTheSameHost(String host) {
        install(host).expectStatus().isFound().expectHeader().exists("Set-Cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"oauth.example.com:80", "oauth.example.com:8443", "localhost:443"})
    void anotherHostOrPortRedirectsToTheCallbacksHost(String host) {
        install(host)
                .expectStatus()
                .isFound()
                .expectHeader()
                .location("https://oauth.example.com/oauth/install/github")
                .expectHeader()
                .doesNotExist("Set-Cookie");
    }

    private WebTestClient.ResponseSpec install() {
        return install("oauth.example.com");
    }

    private WebTestClient.ResponseSpec install(String host) {
        return http.get().uri("/oauth/install/github").header("Host", host).exchange();
    }
}
