package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Programs of the plain contract send no credentials: an operator who trusts the network permits them as
 * {@code anonymous}. Runs as on Kubernetes, where Spring would read the address from a header.
 */
@ServiceTest(
        properties = {
            "oauth.access.clients.anonymous.permissions=tokens:read,installations:read",
            "oauth.access.clients.anonymous.networks=127.0.0.0/8",
            // The key is admin-key.
            "oauth.access.clients.admin.key-sha256=69a5265506c94c77b787a7d7377b7685a0eff82e33920a71e7ee22cd6154953e",
            "oauth.access.clients.admin.permissions=tokens:read,installations:read,installations:write",
            "oauth.access.clients.admin.plain-answers=true",
            "spring.main.cloud-platform=kubernetes"
        })
class PlainContractTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private PlainContractPrograms programs;

    @BeforeEach
    void deleteInstallations() {
        programs = new PlainContractPrograms(base, http);
        new GitHubControl(sandbox).reset();
        new Rows(database).clear();
    }

    private void connect() {
        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
    }

    @Test
    void theIndexerUsesItsOwnTokenUntilTheOrganisationIsConnected() {
        assertThat(programs.indexerToken("9001")).isEqualTo(PlainContractPrograms.OWN_TOKEN);

        connect();

        assertThat(programs.indexerToken("9001")).startsWith("ghs_");
        assertThat(programs.indexerToken("acme")).startsWith("ghs_");
        assertThat(programs.indexerToken("9002")).isEqualTo(PlainContractPrograms.OWN_TOKEN);
    }

    @Test
    void theDashboardSeesThatSomethingIsConnectedAndThatItNoLongerIs() {
        assertThat(programs.dashboardShowsConnected("github")).isFalse();

        connect();
        assertThat(programs.dashboardShowsConnected("github")).isTrue();
        assertThat(programs.dashboardShowsConnected("jira")).isFalse();

        Service service = new Service(http);
        service.delete("/oauth/installations/" + service.token("9001").text("installation_id"));
        assertThat(programs.dashboardShowsConnected("github")).isFalse();
    }

    @Test
    void anEntryOfTheListHasThePlainFields() {
        connect();
        Map<String, Object> entry = admin().installations().getFirst();

        assertThat(entry)
                .containsEntry("org_id", "9001")
                .containsEntry("org_name", "acme")
                .containsEntry("install_id", entry.get("external_install_id"))
                .containsKeys("id", "platform", "status", "orgs");
        assertThat(new Service(http).installations().getFirst()).doesNotContainKeys("org_id", "org_name", "install_id");
    }

    @Test
    void aTokenIsFoundByTheProvidersIdOfTheInstallation() {
        connect();
        Object installId = admin().installations().getFirst().get("install_id");

        Answer found = admin().get("/oauth/token/github?install_id=" + installId);

        assertThat(found.body())
                .containsEntry("available", true)
                .containsEntry("token", found.text("access_token"))
                .containsEntry("org_id", "9001");
        assertThat(admin().get("/oauth/token/github?user_id=55&install_id=" + installId)
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(admin().get("/oauth/token/github?install_id=1").problem()).isEqualTo("unknown-installation");
        assertThat(admin().get("/oauth/token/jira?install_id=" + installId).problem())
                .isEqualTo("unknown-installation");
    }

    @Test
    void aRevocationIsAnsweredWith200AndABody() {
        connect();
        Object id = admin().installations().getFirst().get("id");

        Answer ended = admin().delete("/oauth/installations/" + id);

        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.body()).containsOnlyKeys("id", "status").containsEntry("status", "revoked");
        assertThat(admin().delete("/oauth/installations/" + id).status()).isEqualTo(200);
        assertThat(new Service(http).delete("/oauth/installations/" + id).status())
                .isEqualTo(204);
    }

    /** The fast path caches the standard representation only, whichever client sends the first request. */
    @Test
    void noClientGetsTheFormatOfAnother() {
        connect();
        for (int i = 0; i < 3; i++) {
            Answer standard = new Service(http).token("9001");
            Answer plain = admin().token("9001");

            assertThat(standard.body()).doesNotContainKeys("available", "token");
            assertThat(plain.body()).containsEntry("available", true).containsKeys("access_token", "token");
            assertThat(programs.indexerToken("9001")).isEqualTo(plain.text("token"));
            assertThat(plain.headers().getETag())
                    .isNotEqualTo(standard.headers().getETag());
        }
    }

    @Test
    void aResponseWithTheSameEtagIsNotSentAgain() {
        connect();
        String etag = String.valueOf(admin().token("9001").headers().getETag());
        String path = "/oauth/token/github?org_id=9001";

        assertThat(admin().get(path, "If-None-Match", etag).status()).isEqualTo(304);
        assertThat(new Service(http).get(path, "If-None-Match", etag).status()).isEqualTo(200);
    }

    private Service admin() {
        return new Service(http, "admin-key");
    }

    @Test
    void aRequestWithoutAKeyCannotChangeAnything() {
        connect();
        String id = new Service(http).token("9001").text("installation_id");

        http.delete()
                .uri("/oauth/installations/" + id)
                .exchange()
                .expectStatus()
                .isForbidden();
    }

    @Test
    void aWrongKeyIsNotTreatedAsAnonymous() {
        assertThat(new Service(http, "wrong").token("9001").status()).isEqualTo(401);
    }

    /** The connection is the proxy's, and the sender behind it is unknown. */
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "X-Real-IP"})
    void aRequestThroughAProxyIsNotAnonymous(String header) {
        connect();
        for (String path : List.of("/oauth/installations", "/oauth/token/github?org_id=9001")) {
            http.get().uri(path).exchange().expectStatus().isOk();

            http.get()
                    .uri(path)
                    .header(header, "127.0.0.1")
                    .exchange()
                    .expectStatus()
                    .isUnauthorized();
        }
    }
}
