package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Programs written against the plain contract send no credentials: an operator who trusts the network lets them in as
 * {@code anonymous}. On Kubernetes, where an address could come from a header.
 */
@ServiceTest(
        properties = {
            "oauth.access.clients.anonymous.permissions=tokens:read,installations:read",
            "oauth.access.clients.anonymous.networks=127.0.0.0/8",
            "spring.main.cloud-platform=kubernetes"
        })
class MissionProgramsTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private MissionPrograms programs;

    @BeforeEach
    void nothingIsConnected() {
        programs = new MissionPrograms(base, http);
        new AtTheProvider(sandbox, "github").reset();
        new Rows(database).clear();
    }

    private void connect() {
        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
    }

    @Test
    void theIndexerUsesItsOwnTokenUntilTheOrganisationIsConnected() {
        assertThat(programs.indexerToken("9001")).isEqualTo(MissionPrograms.OWN_TOKEN);

        connect();

        assertThat(programs.indexerToken("9001")).startsWith("ghs_");
        assertThat(programs.indexerToken("acme")).startsWith("ghs_");
        assertThat(programs.indexerToken("9002")).isEqualTo(MissionPrograms.OWN_TOKEN);
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
    void whoSendsNothingChangesNothing() {
        connect();
        String id = new Service(http).token("9001").text("installation_id");

        http.delete()
                .uri("/oauth/installations/" + id)
                .exchange()
                .expectStatus()
                .isForbidden();
    }

    @Test
    void whoSendsAWrongKeyIsNotTakenForNobody() {
        assertThat(new Service(http, "wrong").token("9001").status()).isEqualTo(401);
    }

    /** Anybody can write these headers; only the connection's own address counts. */
    @Test
    void anAddressInAHeaderIsNotBelieved() {
        http.get()
                .uri("/oauth/installations")
                .header("X-Forwarded-For", "198.51.100.7")
                .header("Forwarded", "for=198.51.100.7")
                .exchange()
                .expectStatus()
                .isOk();
    }
}
