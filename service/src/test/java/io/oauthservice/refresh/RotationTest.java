package io.oauthservice.refresh;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.gatewayPage;
import static io.oauthservice.Fault.oauthError;
import static io.oauthservice.Fault.rateLimit;
import static io.oauthservice.Fault.slackError;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Rows;
import io.oauthservice.SandboxControl;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.SlackControl;
import io.oauthservice.TestPlatform;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.provider.ProviderTest;
import io.oauthservice.sandbox.Sandbox;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Grants whose refresh token rotates, for each response of the provider. */
@ProviderTest
class RotationTest {

    /** For each platform whose refresh tokens rotate. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GITHUB")
    @interface RotatingPlatformsTest {}

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    private Service service;
    private Rows rows;

    @BeforeEach
    void addCaller() {
        service = new Service(http);
        rows = new Rows(database);
    }

    @RotatingPlatformsTest
    void anExpiredTokenIsRefreshedOnce(TestPlatform at) {
        Answer before = connect(at);
        expire();

        Answer after = token(at);

        assertThat(after.status()).isEqualTo(200);
        assertThat(after.text("token_version")).isEqualTo("2");
        assertThat(after.text("fingerprint")).isNotEqualTo(before.text("fingerprint"));
        assertThat(atTheProvider(at).calls("refresh")).containsExactly(200);
        assertThat(atTheProvider(at).violations()).isEmpty();
    }

    @RotatingPlatformsTest
    void aRejectedRefreshRequiresAReconnect(TestPlatform at) {
        String id = connect(at).text("installation_id");
        endGrant(at);
        expire();

        Answer rejected = token(at);

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.problem()).isEqualTo("reconnect-required");
        assertThat(rejected.text("reason")).isEqualTo("refresh_refused");
        assertThat(atTheProvider(at).calls("refresh")).hasSize(1);
        assertThat(rejected.text("connect_url")).isEqualTo(base + "/oauth/install/" + at.id());
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(2))
                    .extracting(Received::type)
                    .containsExactly("io.oauthservice.installation.created.v1", InstallationReconnectRequired.TYPE);
        }
    }

    @RotatingPlatformsTest
    void aReconnectReactivatesTheRowAndKeepsItsId(TestPlatform at) {
        String id = connect(at).text("installation_id");
        endGrant(at);
        expire();
        token(at);

        Answer revived = connect(at);

        assertThat(revived.status()).isEqualTo(200);
        assertThat(revived.text("installation_id")).isEqualTo(id);
        assertThat(revived.text("token_version")).isEqualTo("3");
    }

    @RotatingPlatformsTest
    void ourOwnWrongSecretNeverEndsAGrant(TestPlatform at) {
        String id = connect(at).text("installation_id");
        atTheProvider(at)
                .failRefresh(
                        at == TestPlatform.JIRA ? oauthError(401, "access_denied") : slackError("bad_client_secret"));
        expire();

        Answer unavailable = token(at);

        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.text("reason")).isEqualTo("misconfigured");
        assertThat(unavailable.headers().getFirst("Retry-After")).isNotNull();
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(tokenAtLast(at).text("token_version")).isEqualTo("2");
    }

    static List<Fault> outages() {
        return List.of(status(500), gatewayPage(502), rateLimit());
    }

    @ParameterizedTest
    @MethodSource("outages")
    void whenARefreshFailsTheValidTokenIsStillReturned(Fault fault) {
        Answer before = connect(TestPlatform.JIRA);
        atTheProvider(TestPlatform.JIRA).failRefresh(fault);
        leave(Duration.ofSeconds(60));

        Answer still = token(TestPlatform.JIRA);

        assertThat(still.status()).isEqualTo(200);
        assertThat(still.text("fingerprint")).isEqualTo(before.text("fingerprint"));
    }

    /** Atlassian accepts a used refresh token for another ten minutes. */
    @Test
    void aLostReplyInsideTheReuseIntervalLosesNothing() {
        String id = connect(TestPlatform.JIRA).text("installation_id");
        atTheProvider(TestPlatform.JIRA).failRefresh(dropReply());
        expire();

        Answer unavailable = token(TestPlatform.JIRA);
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(rows.column(id, "refresh_first_attempted_at")).isNotEqualTo("null");

        assertThat(tokenAtLast(TestPlatform.JIRA).text("token_version")).isEqualTo("2");
        assertThat(rows.column(id, "refresh_first_attempted_at")).isEqualTo("null");
        assertThat(atTheProvider(TestPlatform.JIRA).violations()).isEmpty();
    }

    /** Slack has no reuse interval: a lost reply loses the grant, and the reason says so. */
    @Test
    void aLostReplyWithoutAReuseIntervalDiffersFromARevocation() {
        atTheProvider(TestPlatform.SLACK).setLeeway(Duration.ZERO);
        String id = connect(TestPlatform.SLACK).text("installation_id");
        atTheProvider(TestPlatform.SLACK).failRefresh(dropReply());
        expire();
        assertThat(token(TestPlatform.SLACK).status()).isEqualTo(503);

        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(token(TestPlatform.SLACK).problem()).isEqualTo("reconnect-required"));

        assertThat(rows.column(id, "status_reason")).isEqualTo("lost_reply");
    }

    private Answer connect(TestPlatform at) {
        new Browser().connect(base, at.id(), at.organisation());
        return token(at);
    }

    private Answer token(TestPlatform at) {
        return service.get("/oauth/token/" + at.id() + "?org_id=" + at.organisation());
    }

    /** Waits for the end of the back-off. */
    private Answer tokenAtLast(TestPlatform at) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> token(at), answer -> answer.status() == 200);
    }

    private void endGrant(TestPlatform at) {
        switch (at) {
            case JIRA -> new AtlassianControl(sandbox).revoke();
            case GITHUB -> throw new IllegalArgumentException("No rotation: " + at);
            case SLACK -> new SlackControl(sandbox).uninstall(at.organisation());
        }
    }

    private SandboxControl atTheProvider(TestPlatform at) {
        return new SandboxControl(sandbox, at.sandbox());
    }

    private void expire() {
        leave(Duration.ofMinutes(-1));
    }

    private void leave(Duration life) {
        database.sql("UPDATE oauth_installations SET token_expires_at = now() + make_interval(secs => :left)")
                .bind("left", (double) life.toSeconds())
                .then()
                .block();
    }
}
