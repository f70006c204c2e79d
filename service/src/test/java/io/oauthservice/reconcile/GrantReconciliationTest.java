package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Browser;
import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.reconcile.DueGrants.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.test.StepVerifier;

/** What is found without a report: at Atlassian, which sends none, and at Slack with webhooks off. */
class GrantReconciliationTest extends TokenExpiryTestBase {

    private static final String SANDBOX_SITE = "11111111-aaaa-4bbb-8ccc-000000000002";
    private static final String DANA = "557058:dana";
    private static final String OLGA = "557058:olga";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Autowired
    private GrantReconciliation reconciliation;

    @Autowired
    private MeterRegistry meters;

    /** Compares the grant with the platform; an earlier finding has this age. */
    private void look(String id, Duration foundAge) {
        String found = planned(id, "found");
        Due due = new Due(
                InstallationId.parse(id).orElseThrow(),
                found.equals("null") ? null : found,
                found.equals("null") ? null : Instant.parse(isoInstant(id)),
                foundAge,
                planned(id, "found_fingerprint"));
        reconciliation.reconcile(due).block(LIMIT);
    }

    private void look(String id) {
        look(id, Duration.ofHours(2));
    }

    private String planned(String id, String column) {
        return rows.value(
                "SELECT (" + column + ")::text FROM oauth_grant_reconciliations WHERE installation_id = :id::uuid",
                Map.of("id", id));
    }

    private String isoInstant(String id) {
        return planned(id, "to_char(found_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    }

    private String planned(String id) {
        return rows.value(
                "SELECT count(*) FROM oauth_grant_reconciliations WHERE installation_id = :id::uuid", Map.of("id", id));
    }

    private String connectBothSites(String user) {
        atlassian.setAccountLevel(true);
        atlassian.signIn(user);
        new Browser().open(base + "/oauth/install/jira").press("approve");
        return service.get("/oauth/token/jira?org_id=" + ACME_SITE + "&user_id=" + user)
                .text("installation_id");
    }

    private InstallationEvent lastEvent(String id, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            List<Received> received = events.await(count);
            return received.getLast().event();
        }
    }

    private void assertUpdated(String id, int count, InstallationUpdated.Cause cause) {
        assertThat(lastEvent(id, count))
                .isInstanceOfSatisfying(
                        InstallationUpdated.class,
                        event -> assertThat(event.cause()).isEqualTo(cause));
    }

    private double counted(String platform, String change) {
        return meters.counter("oauth.reconciliation.changes", "platform", platform, "change", change)
                .count();
    }

    @Test
    void theDefaultOfALostSiteMovesToAnotherGrant() {
        String danas = connectBothSites(DANA);
        String olgas = connectBothSites(OLGA);
        assertThat(token("jira", SANDBOX_SITE).text("installation_id")).isEqualTo(danas);
        atlassian.removeSite("acme-sandbox", DANA);
        double before = counted("jira", "organisations");

        look(danas);
        assertThat(token("jira", SANDBOX_SITE).text("installation_id"))
                .as("one answer is not enough")
                .isEqualTo(danas);
        look(danas);

        assertThat(token("jira", SANDBOX_SITE).text("installation_id")).isEqualTo(olgas);
        assertThat(token("jira", ACME_SITE).text("installation_id")).isEqualTo(danas);
        assertUpdated(olgas, 2, InstallationUpdated.Cause.DEFAULT_CHANGED);
        assertUpdated(danas, 2, InstallationUpdated.Cause.ORGANISATIONS);
        assertThat(counted("jira", "organisations")).isEqualTo(before + 1);
    }

    @Test
    void anotherSiteBecomesTheMainOneOfAGrantThatLosesIt() {
        String id = connectBothSites(DANA);
        boolean acme = rows.column(id, "external_org_id").equals(ACME_SITE);
        atlassian.removeSite(acme ? "acme" : "acme-sandbox", DANA);

        look(id);
        look(id);

        assertThat(rows.column(id, "external_org_id")).isEqualTo(acme ? SANDBOX_SITE : ACME_SITE);
        assertThat(rows.column(id, "external_org_name")).isEqualTo(acme ? "acme-sandbox" : "acme");
        assertThat(token("jira", acme ? ACME_SITE : SANDBOX_SITE).problem()).isEqualTo("not-connected");
        assertThat(token("jira", acme ? SANDBOX_SITE : ACME_SITE).status()).isEqualTo(200);
    }

    @Test
    void aRenamedSiteIsFoundByItsNewName() {
        String id = connect("jira", ACME_SITE);
        atlassian.renameSite("acme", "acme-renamed");

        look(id);
        look(id);

        assertThat(service.get("/oauth/token/jira?org_name=acme-renamed").text("installation_id"))
                .isEqualTo(id);
        assertThat(rows.column(id, "token_version")).isEqualTo("1");
    }

    @Test
    void anUnchangedGrantIsNotWritten() {
        connectBothSites(DANA);
        String jira = connectBothSites(OLGA);
        String slackBot = connect("slack", "T0ACME");
        String before = rows.column(jira, "xmin") + " " + rows.column(slackBot, "xmin");

        look(jira);
        look(slackBot);

        assertThat(rows.column(jira, "xmin") + " " + rows.column(slackBot, "xmin"))
                .isEqualTo(before);
        assertThat(planned(jira, "found")).isEqualTo("null");
        assertThat(planned(slackBot, "found")).isEqualTo("null");
        assertThat(planned(jira, "due_at BETWEEN clock_timestamp() AND clock_timestamp() + INTERVAL '24 hours'"))
                .isEqualTo("true");
    }

    @Test
    void anEmptyListEndsNothing() {
        String id = connect("jira", ACME_SITE);
        atlassian.listNoSites(1);

        look(id);

        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(planned(id, "found")).isEqualTo("no_sites");

        look(id);

        assertThat(planned(id, "found")).as("the site is listed again").isEqualTo("null");
        assertThat(rows.column(id, "sequence")).isEqualTo("1");
    }

    @Test
    void twoEmptyListsAnHourApartForDifferentTokensAskForAReconnect() {
        String id = connect("jira", ACME_SITE);
        atlassian.removeSite("acme");

        look(id);
        look(id, Duration.ofMinutes(59));
        assertThat(rows.column(id, "status")).as("too soon").isEqualTo("active");

        look(id);
        assertThat(rows.column(id, "status")).as("the same access token").isEqualTo("active");

        due(id);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "token_version")).isEqualTo("2"));
        look(id);

        assertThat(rows.column(id, "status_reason")).isEqualTo("no_sites");
        assertThat(lastEvent(id, 3))
                .isInstanceOfSatisfying(
                        InstallationReconnectRequired.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationReconnectRequired.Cause.NO_SITES));
        assertThat(planned(id)).as("nothing is left to reconcile").isEqualTo("0");
    }

    @Test
    void anEmptyListBeforeANewConsentDoesNotCount() {
        String id = connect("jira", ACME_SITE);
        atlassian.listNoSites(1);
        look(id);
        connect("jira", ACME_SITE);
        atlassian.listNoSites(1);

        look(id);

        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @Test
    void aRejectedAccessTokenIsDecidedByARefresh() {
        String id = connect("jira", ACME_SITE);
        atlassian.failInfo(Fault.status(401).atPath("/accessible-resources"));

        look(id);

        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(rows.column(id, "token_version")).isEqualTo("2");

        atlassian.revoke();
        look(id);

        assertThat(rows.column(id, "status_reason")).isEqualTo("refresh_refused");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 500, 503})
    void anAnswerOfAtlassianThatSaysNothingChangesNothing(int status) {
        String id = connect("jira", ACME_SITE);
        atlassian.removeSite("acme");
        atlassian.failInfo(Fault.status(status));

        look(id);

        assertUnchanged(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"org_login_required", "team_added_to_org", "ekm_access_denied", "fatal_error", "unknown"})
    void anAnswerOfSlackThatSaysNothingChangesNothing(String error) {
        String id = connect("slack", "T0ACME");
        slack.uninstall("T0ACME");
        slack.failInfo(Fault.slackError(error));

        look(id);

        assertUnchanged(id);
        assertThat(slack.calls("refresh")).isEmpty();
    }

    private void assertUnchanged(String id) {
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(rows.column(id, "sequence")).isEqualTo("1");
        assertThat(planned(id, "found")).isEqualTo("null");
        assertThat(planned(id, "due_at > clock_timestamp() + INTERVAL '10 minutes'"))
                .isEqualTo("true");
    }

    @Test
    void aRateLimitStopsTheRound() {
        String id = connect("slack", "T0ACME");
        slack.failInfo(Fault.rateLimit().retryAfter(Duration.ofMinutes(30)));
        Due due = new Due(InstallationId.parse(id).orElseThrow(), null, null, Duration.ZERO, null);

        StepVerifier.create(reconciliation.reconcile(due))
                .expectError(RateLimited.class)
                .verify(LIMIT);

        assertUnchanged(id);
    }

    /** An address that may not call gets the answer of an unknown token. */
    @Test
    void aForbiddenAddressEndsNothing() {
        String id = connect("slack", "T0ACME");
        slack.rejectAddress("127.0.0.1");

        look(id);
        look(id);

        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(planned(id, "found")).isEqualTo("null");
    }

    @Test
    void revokedTokensAtSlackAskForAReconnect() {
        String id = connect("slack", "T0ACME");
        slack.revokeBotToken("T0ACME");
        double before = counted("slack", "ended");

        look(id);
        assertThat(rows.column(id, "status")).isEqualTo("active");
        look(id);

        assertThat(rows.column(id, "status_reason")).isEqualTo("tokens_revoked");
        assertThat(lastEvent(id, 2)).isInstanceOf(InstallationReconnectRequired.class);
        assertThat(counted("slack", "ended")).isEqualTo(before + 1);
    }

    @Test
    void aTokenThatDoesNotExpireIsComparedMoreOften() {
        slack.disableRotation();
        String id = connect("slack", "T0ACME");

        look(id);

        assertThat(planned(id, "due_at < clock_timestamp() + INTERVAL '6 hours'"))
                .isEqualTo("true");
        slack.uninstall("T0ACME");
        look(id);
        look(id);
        assertThat(rows.column(id, "status_reason")).isEqualTo("tokens_revoked");
    }

    /** The refresh may hold the only copy of new tokens. */
    @Test
    void aGrantDoesNotEndWhileItIsRefreshed() {
        String id = connect("slack", "T0ACME");
        slack.revokeBotToken("T0ACME");
        look(id);
        rows.change("""
                UPDATE oauth_installations SET refresh_lease_owner = 'another replica',
                    refresh_lease_until = clock_timestamp() + INTERVAL '5 seconds'
                WHERE id = :id::uuid
                """, Map.of("id", id));

        look(id);

        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(planned(id, "found")).as("what was found is kept").isEqualTo("ended");
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "status_reason")).isEqualTo("tokens_revoked"));
    }

    /** Ends without a report are like rejected refreshes: many at once are more likely our fault. */
    @Test
    void aBurstOfEndsIsQuarantined() {
        String acme = connect("slack", "T0ACME");
        String globex = connect("slack", "T0GLOBEX");
        slack.revokeBotToken("T0ACME");
        slack.revokeBotToken("T0GLOBEX");
        look(acme);
        look(globex);
        slack.failRefresh(Fault.slackError("internal_error").times(1_000));

        look(acme);
        look(globex);

        assertThat(rows.column(acme, "status_reason")).isEqualTo("tokens_revoked");
        assertThat(rows.column(globex, "status")).isEqualTo("active");
        assertThat(rows.column(globex, "refresh_parked_for")).isEqualTo("TOKENS_REVOKED");

        slack.clearFaults();
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(globex, "status_reason")).isEqualTo("tokens_revoked"));
    }

    @Test
    void withRejectedCredentialsABurstOfEmptyListsEndsNothing() {
        String danas = connectBothSites(DANA);
        String globex = connect("slack", "T0GLOBEX");
        assertThat(globex).isNotEqualTo(danas);
        atlassian.addSites(List.of("site-0000"));
        String olgas = connectBothSites(OLGA);
        rows.change(
                "UPDATE oauth_installations SET external_org_id = 'site-0000' WHERE id = :id::uuid",
                Map.of("id", olgas));
        atlassian.listNoSites(1_000);
        for (String id : List.of(danas, olgas)) {
            look(id);
            due(id);
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(rows.column(id, "token_version")).isEqualTo("2"));
        }
        atlassian.failRefresh(
                Fault.status(403).body(Map.of("error", "access_denied")).times(3));

        look(danas);
        look(olgas);

        assertThat(rows.column(danas, "status_reason")).isEqualTo("no_sites");
        assertThat(rows.column(olgas, "status")).isEqualTo("active");
        assertThat(rows.column(olgas, "refresh_parked_at")).isEqualTo("null");
    }

    @Test
    void aWorkspaceAddedToAnOrganisationIsReachedAndARemovedOneIsNot() {
        slack.offerOrganisation();
        String id = connect("slack", "E0ACME");
        slack.addWorkspaceToOrganisation("T0GLOBEX");

        look(id);
        look(id);

        assertThat(token("slack", "T0GLOBEX").text("installation_id")).isEqualTo(id);
        assertUpdated(id, 2, InstallationUpdated.Cause.ORGANISATIONS);

        slack.removeWorkspaceFromOrganisation("T0GLOBEX");
        look(id);
        look(id);

        assertThat(token("slack", "T0GLOBEX").problem()).isEqualTo("not-connected");
        assertThat(token("slack", "E0ACME").status()).isEqualTo(200);
    }

    @Test
    void theGrantOfAnotherRegistrationIsNotCompared() {
        String id = connect("slack", "T0ACME");
        rows.change("UPDATE oauth_installations SET registration = 'another' WHERE id = :id::uuid", Map.of("id", id));
        slack.revokeBotToken("T0ACME");
        int calls = slack.calls("info").size();

        look(id);

        assertThat(slack.calls("info")).hasSize(calls);
        assertThat(planned(id, "found")).isEqualTo("null");
    }

    @Test
    void aGrantOfAPlatformWithAListIsNotPlanned() {
        String id = connect("github", "9001");

        assertThat(planned(id)).isEqualTo("0");
    }

    @Test
    void aGrantThatEndsIsNoLongerPlanned() {
        String id = connect("slack", "T0ACME");
        assertThat(planned(id, "due_at > clock_timestamp()")).isEqualTo("true");

        service.delete("/oauth/installations/" + id);
        assertThat(planned(id)).isEqualTo("0");

        assertThat(connect("slack", "T0ACME")).isEqualTo(id);
        assertThat(planned(id)).isEqualTo("1");
    }

    @Test
    void whatIsDueIsComparedByItself() {
        String id = connect("slack", "T0ACME");
        slack.rename("T0ACME", "Acme Renamed");

        makeDue(id);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(planned(id, "found")).isEqualTo("organisations"));
        makeDue(id);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "external_org_name")).isEqualTo("Acme Renamed"));
    }

    private void makeDue(String id) {
        rows.change(
                "UPDATE oauth_installations SET status_since = status_since - INTERVAL '1 day' WHERE id = :id::uuid",
                Map.of("id", id));
        rows.change("""
                UPDATE oauth_grant_reconciliations
                SET due_at = clock_timestamp(), found_at = found_at - INTERVAL '2 hours'
                WHERE installation_id = :id::uuid
                """, Map.of("id", id));
    }
}
