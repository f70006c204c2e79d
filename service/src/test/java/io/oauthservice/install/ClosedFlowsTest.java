package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.ResetExtension;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;

/** By default a browser may not start a flow, so no response contains the address of one. */
@ServiceTest(properties = "oauth.install.open=false")
@ExtendWith(ResetExtension.class)
class ClosedFlowsTest {

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private Service service;

    @BeforeEach
    void addCaller() {
        service = new Service(http);
    }

    @Test
    void onlyACallerThatMayWriteStartsAFlow() {
        http.get().uri("/oauth/install/github").exchange().expectStatus().isForbidden();

        assertThat(service.get("/oauth/install/github").status()).isEqualTo(302);
    }

    @Test
    void noAnswerOffersAnAddress() {
        Answer problem = service.token("9001");

        assertThat(problem.problem()).isEqualTo("not-connected");
        assertThat(problem.body()).doesNotContainKey("connect_url");
        assertThat(problem.text("detail"))
                .isEqualTo("This organisation is not connected; ask an administrator of this service to connect it");
        assertThat((List<?>) service.get("/oauth/platforms").body().get("platforms"))
                .isNotEmpty()
                .allSatisfy(platform ->
                        assertThat(((Map<?, ?>) platform).get("connect_url")).isNull());
    }

    @Test
    void thePageOffersNoConnection() {
        Page page = new Browser().open(base + "/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.document().html()).doesNotContain("/oauth/install/github");
    }
}
