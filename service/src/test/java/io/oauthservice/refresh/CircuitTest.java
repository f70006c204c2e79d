package io.oauthservice.refresh;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.ResetExtension;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.Sites;
import io.oauthservice.SlackControl;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** An open circuit stops calls to a failing provider, and closes by itself. */
@ServiceTest(
        properties = {
            "oauth.tokens.cache-size=0",
            "oauth.provider-guard.window=4",
            "oauth.provider-guard.open-for=2s",
            "oauth.refresh.first-back-off=1ms",
            "oauth.refresh.longest-back-off=1ms"
        })
@ExtendWith(ResetExtension.class)
class CircuitTest {

    private static final String PATH = "/oauth/token/jira?org_id=" + Sites.ACME;

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private WebTestClient http;

    @Test
    void anOpenCircuitStopsCallsAndClosesAgain(@Value("${OAUTH_CALLBACK_BASE}") String base) {
        AtlassianControl atlassian = new AtlassianControl(sandbox);
        Service service = new Service(http);
        new Browser().open(base + "/oauth/install/jira").press("approve");
        atlassian.failRefresh(status(500).times(3));
        database.sql("UPDATE oauth_installations SET token_expires_at = now() - interval '1 minute'")
                .then()
                .block();

        List<Answer> answers =
                IntStream.range(0, 20).mapToObj(i -> service.get(PATH)).toList();

        assertThat(jira(service)).containsEntry("health", "circuit_open").containsEntry("reason", "failing");
        assertThat(between(jira(service), "since", "retry_at")).isEqualTo(Duration.ofSeconds(2));
        assertThat(answers).extracting(Answer::status).containsOnly(503);
        assertThat(answers.getLast().headers().getFirst("Retry-After")).isNotNull();
        assertThat(atlassian.calls("refresh")).hasSizeLessThanOrEqualTo(3);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.get(PATH).status() == 200);
        // One of the two probing calls still failed: the circuit opens once more, and is probed again.
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> "half_open".equals(jira(service).get("health")));
    }

    /** Any browser can make install flows fail. */
    @Test
    void installFlowsThatFailDoNotStopRefreshes(@Value("${OAUTH_CALLBACK_BASE}") String base) {
        SlackControl slack = new SlackControl(sandbox);
        Service service = new Service(http);
        String token = "/oauth/token/slack?org_id=T0ACME";
        installSlack(base);
        String before = service.get(token).text("access_token");
        slack.failExchange(status(500).times(10));

        Awaitility.await()
                .until(() -> String.valueOf(installSlack(base).response().contentType())
                        .contains("problem"));
        database.sql("UPDATE oauth_installations SET token_expires_at = now() - interval '1 minute'")
                .then()
                .block();

        assertThat(service.get(token).status()).isEqualTo(200);
        assertThat(service.get(token).text("access_token")).isNotEqualTo(before);
    }

    private static Page installSlack(String base) {
        Page page = new Browser().open(base + "/oauth/install/slack");
        return page.status() == 200 ? page.choose("T0ACME").press("approve") : page;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> jira(Service service) {
        Object platforms = service.get("/oauth/platforms").body().get("platforms");
        return ((List<Map<String, Object>>) Objects.requireNonNull(platforms))
                .stream()
                        .filter(platform -> "jira".equals(platform.get("id")))
                        .findFirst()
                        .orElseThrow();
    }

    private static Duration between(Map<String, Object> platform, String from, String until) {
        return Duration.between(
                Instant.parse(String.valueOf(platform.get(from))), Instant.parse(String.valueOf(platform.get(until))));
    }
}
