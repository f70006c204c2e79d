package io.oauthservice.token;

import static io.oauthservice.Fault.slackError;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers report, by its fingerprint, that a token was rejected. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailureReportTest extends TokenExpiryTestBase {

    private static final String SOME_FINGERPRINT = "sha256:2c26b46b68ffc68ff99b453c1d304134";

    static Stream<Arguments> platforms() {
        return Stream.of(
                Arguments.of("github", "9001"), Arguments.of("jira", ACME_SITE), Arguments.of("slack", "T0ACME"));
    }

    @ParameterizedTest
    @MethodSource("platforms")
    void aTokenThatThePlatformAcceptsIsNotReplaced(String platform, String organisation) {
        connect(platform, organisation);
        String fingerprint = token(platform, organisation).text("fingerprint");

        Answer answer = report(platform, organisation, fingerprint);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("verdict", "accepted").containsEntry("retry", false);
        assertThat(token(platform, organisation).text("fingerprint")).isEqualTo(fingerprint);
    }

    @Test
    void anOlderTokenIsSuperseded() {
        String id = connect("slack", "T0ACME");
        String older = token("slack", "T0ACME").text("fingerprint");
        expire(id);
        String newer = token("slack", "T0ACME").text("fingerprint");

        Answer answer = report("slack", "T0ACME", older);

        assertThat(answer.body())
                .containsEntry("verdict", "superseded")
                .containsEntry("retry", true)
                .containsEntry("fingerprint", newer);
        assertThat(slack.calls("refresh")).hasSize(1);
    }

    @Test
    void aRejectedTokenOfAValidGrantIsReplaced() {
        String id = connect("github", "9001");
        String rejected = token("github", "9001").text("fingerprint");
        gitHub.rejectNextTokenCheck();

        Answer answer = report("github", "9001", rejected);

        assertThat(answer.body()).containsEntry("verdict", "refreshed").containsEntry("retry", true);
        assertThat(answer.text("fingerprint")).isNotEqualTo(rejected);
        assertThat(token("github", "9001").text("fingerprint")).isEqualTo(answer.text("fingerprint"));
        assertThat(rows.column(id, "token_version")).isEqualTo("2");
    }

    @Test
    void aRejectedTokenThatCannotBeReplacedYetIsNotReportedAsReplaced() {
        String id = connect("github", "9001");
        String rejected = token("github", "9001").text("fingerprint");

        Answer answer = reportRejectedAndIrreplaceable(id, rejected);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(answer.headers().getFirst("Retry-After")).isNotNull();
    }

    @Test
    void aRejectedTokenIsNotServedEvenIfItCannotBeReplacedYet() {
        String id = connect("github", "9001");
        String rejected = token("github", "9001").text("fingerprint");
        reportRejectedAndIrreplaceable(id, rejected);

        assertThat(token("github", "9001").status()).isEqualTo(503);

        rows.backOff(id, Duration.ZERO);
        Answer replaced = token("github", "9001");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.text("fingerprint")).isNotEqualTo(rejected);
        assertThat(token("github", "9001").text("fingerprint")).isEqualTo(replaced.text("fingerprint"));
        assertThat(rows.column(id, "token_version")).isEqualTo("2");
    }

    @Test
    void anEndedGrantIsStoredAndTheReportGetsTheProblemOfARead() {
        connect("jira", ACME_SITE);
        String fingerprint = token("jira", ACME_SITE).text("fingerprint");
        atlassian.revoke();

        Answer answer = report("jira", ACME_SITE, fingerprint);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("reconnect-required");
        assertThat(token("jira", ACME_SITE).status()).isEqualTo(409);
    }

    @Test
    void aRejectedTokenWithoutARefreshTokenNeedsAReconnect() {
        slack.disableRotation();
        connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slack.uninstall("T0ACME");

        Answer answer = report("slack", "T0ACME", fingerprint);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("reason")).isEqualTo("tokens_revoked");
    }

    @Test
    void aSuspendedInstallationIsMarkedAsSuspended() {
        String id = connect("github", "9001");
        String fingerprint = token("github", "9001").text("fingerprint");
        gitHub.suspend(rows.column(id, "external_install_id"));

        Answer answer = report("github", "9001", fingerprint);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("suspended");
        assertThat(token("github", "9001").problem()).isEqualTo("suspended");
        assertThat(rows.column(id, "status_reason")).isEqualTo("by_provider");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "token_expired"})
    void aRefreshDecidesIfTheCheckSaysNothingAboutTheGrant(String error) {
        String id = connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slackAnswers("info", error);

        Answer answer = report("slack", "T0ACME", fingerprint);

        assertThat(answer.body()).containsEntry("verdict", "refreshed").containsEntry("retry", true);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @Test
    void aRejectedRefreshDecidesAsWell() {
        connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slackAnswers("info", "invalid_auth");
        slackAnswers("refresh", "invalid_refresh_token");

        assertThat(report("slack", "T0ACME", fingerprint).problem()).isEqualTo("reconnect-required");
    }

    @Test
    void aRefreshThatSaysNothingEitherLeavesTheTokenInUse() {
        String id = connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slackAnswers("info", "invalid_auth");
        slackAnswers("refresh", "invalid_auth");

        Answer answer = report("slack", "T0ACME", fingerprint);

        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(token("slack", "T0ACME").text("fingerprint")).isEqualTo(fingerprint);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "token_expired"})
    void aTokenStaysInUseIfNothingCanDecide(String error) {
        slack.disableRotation();
        String id = connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slackAnswers("info", error);

        Answer answer = report("slack", "T0ACME", fingerprint);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(answer.headers().getFirst("Retry-After")).isNotNull();
        assertThat(token("slack", "T0ACME").text("fingerprint")).isEqualTo(fingerprint);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    private void slackAnswers(String operation, String error) {
        slack.fail(operation, slackError(error));
    }

    @Test
    void aGrantThatNeedsAReconnectHasTheSameProblemByIdAndByName() {
        connect("jira", ACME_SITE);
        String fingerprint = token("jira", ACME_SITE).text("fingerprint");
        atlassian.revoke();
        report("jira", ACME_SITE, fingerprint);

        Answer byId = token("jira", ACME_SITE);

        assertThat(byId.problem()).isEqualTo("reconnect-required");
        assertThat(token("jira", "acme").body()).isEqualTo(byId.body());
        assertThat(service.get("/oauth/token/jira?org_name=ACME").body()).isEqualTo(byId.body());
    }

    @Test
    void aTokenIsReportedByTheNameOfItsOrganisation() {
        connect("github", "9001");
        String fingerprint = token("github", "9001").text("fingerprint");

        Answer answer = service.post(
                "/oauth/token/github/failures", "{\"org_name\":\"Acme\",\"fingerprint\":\"" + fingerprint + "\"}");

        assertThat(answer.body()).containsEntry("verdict", "accepted");
    }

    @Test
    void thePlatformIsAskedOnceForAllReports() {
        connect("jira", ACME_SITE);
        String fingerprint = token("jira", ACME_SITE).text("fingerprint");
        int before = atlassian.calls("info").size();

        for (int i = 0; i < 5; i++) {
            assertThat(report("jira", ACME_SITE, fingerprint).status()).isEqualTo(200);
        }

        assertThat(atlassian.calls("info")).hasSize(before + 1);
    }

    @Test
    void aPlatformWithoutAVerdictIsReportedAsUnavailable() {
        connect("slack", "T0ACME");
        String fingerprint = token("slack", "T0ACME").text("fingerprint");
        slack.failInfo(status(500).times(3));

        Answer answer = report("slack", "T0ACME", fingerprint);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(answer.headers().getFirst("Retry-After")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"org_id\":\"9001\"}",
                "{\"org_id\":\"9001\",\"fingerprint\":\"abc\"}",
                "{\"fingerprint\":\"sha256:2c26b46b68ffc68ff99b453c1d304134\"}",
                "{\"org_id\":\"9001\",\"org_name\":\"acme\",\"fingerprint\":\"sha256:2c26b46b68ffc68ff99b453c1d304134\"}",
                "{\"org_id\":\"9001\",\"installation_id\":\"x\",\"fingerprint\":\"sha256:2c26b46b68ffc68ff99b453c1d304134\"}",
                "{\"org_id\":\"9001\",\"user_id\":\"\",\"fingerprint\":\"sha256:2c26b46b68ffc68ff99b453c1d304134\"}",
                "{\"installation_id\":\"00000000-0000-4000-8000-00000000000f\",\"user_id\":\"55\",\"fingerprint\":\"sha256:2c26b46b68ffc68ff99b453c1d304134\"}",
                "not json"
            })
    void aMalformedReportIsRejectedWithAReason(String body) {
        Answer answer = service.post("/oauth/token/github/failures", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.text("detail")).isNotBlank().doesNotContain("Failed to read");
    }

    @Test
    void aCallerThatMayNotReadTheTokenMayNotReportIt() {
        connect("github", "9001");
        Service reporter = new Service(http, "reporter-key");

        Answer answer = reporter.post("/oauth/token/github/failures", body("9001", SOME_FINGERPRINT));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(new Service(http, "no-key")
                        .post("/oauth/token/github/failures", body("9001", SOME_FINGERPRINT))
                        .status())
                .isEqualTo(401);
    }

    /** Last, because it uses up the limit of its caller. */
    @Test
    @Order(Integer.MAX_VALUE)
    void aCallerThatReportsTooManyTokensIsRateLimited() {
        connect("slack", "T0ACME");
        Service reporter = new Service(http, "reporter-key");

        List<Answer> answers = IntStream.range(0, 65)
                .mapToObj(i -> reporter.post("/oauth/token/slack/failures", body("T0ACME", SOME_FINGERPRINT)))
                .toList();

        Answer last = answers.getLast();
        assertThat(answers.getFirst().status()).isEqualTo(200);
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.problem()).isEqualTo("rate-limited");
        assertThat(last.headers().getFirst("Retry-After")).isNotNull();
        assertThat(report("slack", "T0ACME", SOME_FINGERPRINT).status())
                .as("of another caller")
                .isEqualTo(200);
    }

    @Test
    void anUnknownPlatformIsReported() {
        assertThat(report("gitlab", "9001", SOME_FINGERPRINT).problem()).isEqualTo("unknown-platform");
    }

    /** GitHub rejects it, and an attempt to replace it has just failed. */
    private Answer reportRejectedAndIrreplaceable(String id, String fingerprint) {
        gitHub.rejectNextTokenCheck();
        rows.backOff(id, Duration.ofSeconds(30));
        return report("github", "9001", fingerprint);
    }

    private Answer report(String platform, String organisation, String fingerprint) {
        return service.post("/oauth/token/" + platform + "/failures", body(organisation, fingerprint));
    }

    private static String body(String organisation, String fingerprint) {
        return "{\"org_id\":\"" + organisation + "\",\"fingerprint\":\"" + fingerprint + "\"}";
    }
}
