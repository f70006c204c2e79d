package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.Delivery;
import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationCreated;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Installations that are created, approved or created again at GitHub, without an install flow of this service. */
class NewInstallationTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ACCOUNT = 9001;

    @BeforeEach
    void enableWebhooks() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        gitHub.sendWebhooks();
    }

    private String only(String column) {
        return rows.value("SELECT max(" + column + "::text) FROM oauth_installations", Map.of());
    }

    private long count() {
        return Long.parseLong(rows.value("SELECT count(*) FROM oauth_installations", Map.of()));
    }

    private String awaitOnly(String status) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(only("status")).isEqualTo(status));
        return only("id");
    }

    /** Without the pauses before a platform is asked again. */
    private void awaitAllProcessed() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            rows.change(
                    "UPDATE oauth_webhook_inbox SET next_attempt_at = clock_timestamp()"
                            + " WHERE done_at IS NULL AND outcome IS NOT NULL",
                    Map.of());
            assertThat(rows.value("SELECT count(*) FROM oauth_webhook_inbox WHERE done_at IS NULL", Map.of()))
                    .isEqualTo("0");
        });
    }

    private List<String> events(String id, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            return events.await(count).stream().map(Received::type).toList();
        }
    }

    private Service as(String key) {
        return new Service(http, key);
    }

    private Answer claim(String id) {
        return service.post("/oauth/installations/" + id + "/claim");
    }

    @Test
    void anInstallationMadeAtGitHubIsUnclaimedUntilItIsClaimed() {
        String external = gitHub.install(ACCOUNT);

        String id = awaitOnly("unclaimed");
        assertThat(only("external_install_id")).isEqualTo(external);
        assertThat(only("sequence")).as("no event").isEqualTo("0");
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
        assertThat(service.get("/oauth/installations?status=unclaimed").text("installations"))
                .contains(id);

        Answer claimed = claim(id);

        assertThat(claimed.status()).isEqualTo(200);
        assertThat(claimed.text("status")).isEqualTo("active");
        assertThat(service.token(ACME).text("installation_id")).isEqualTo(id);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(1).getFirst().event()).isInstanceOfSatisfying(InstallationCreated.class, event -> {
                assertThat(event.cause()).isEqualTo(InstallationCreated.Cause.INSTALLED);
                assertThat(event.sequence()).isEqualTo(1);
            });
        }
        assertThat(claim(id).problem()).isEqualTo("not-unclaimed");
    }

    @Test
    void aClaimNeedsThePermissionAndTheOrganisation() {
        gitHub.install(9002);
        String id = awaitOnly("unclaimed");

        assertThat(as("lister-key")
                        .post("/oauth/installations/" + id + "/claim")
                        .status())
                .isEqualTo(403);
        assertThat(as("acme-only-key")
                        .post("/oauth/installations/" + id + "/claim")
                        .problem())
                .isEqualTo("unknown-installation");
        assertThat(only("status")).isEqualTo("unclaimed");
    }

    @Test
    void aSuspendedInstallationCannotBeClaimed() {
        String external = gitHub.install(ACCOUNT);
        String id = awaitOnly("unclaimed");
        gitHub.suspend(external);

        assertThat(claim(id).problem()).isEqualTo("suspended");
        assertThat(only("status")).isEqualTo("unclaimed");
    }

    @Test
    void anUnclaimedInstallationThatIsRemovedIsForgotten() {
        String external = gitHub.install(ACCOUNT);
        awaitOnly("unclaimed");

        gitHub.uninstall(external);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(count()).isZero());
    }

    @Test
    void aClaimAndACallbackProduceOneEvent() {
        gitHub.install(ACCOUNT);
        String id = awaitOnly("unclaimed");
        gitHub.failMint(Fault.slow(Duration.ofSeconds(2)));
        CompletableFuture<Answer> claim = CompletableFuture.supplyAsync(() -> claim(id));
        await().atMost(LIMIT).until(() -> !gitHub.calls("mint").isEmpty());

        String connected = connect(ACME);

        assertThat(connected).isEqualTo(id);
        assertThat(claim.join().problem()).isEqualTo("not-unclaimed");
        assertThat(rows.column(id, "sequence")).isEqualTo("1");
    }

    @Test
    void anApprovalActivatesTheInstallationOfItsRequester() {
        gitHub.requireApproval();
        new Browser().open(base + "/oauth/install/github").choose(ACME).press("approve");
        awaitOnly("pending_approval");

        gitHub.approve(ACCOUNT);

        String id = awaitOnly("active");
        assertThat(service.token(ACME).text("installation_id")).isEqualTo(id);
        assertThat(events(id, 1)).containsExactly("io.oauthservice.installation.created.v1");
    }

    @Test
    void anApprovalOfSomebodyElsesRequestOnlyLeavesItUnclaimed() {
        gitHub.requireApproval();
        new Browser().open(base + "/oauth/install/github").choose(ACME).press("approve");
        awaitOnly("pending_approval");
        rows.change("UPDATE oauth_installations SET requested_by_external_id = '1'", Map.of());

        gitHub.approve(ACCOUNT);

        awaitOnly("unclaimed");
    }

    @Test
    void anApprovalOfADisconnectedRequestDoesNotConnectIt() {
        gitHub.requireApproval();
        new Browser().open(base + "/oauth/install/github").choose(ACME).press("approve");
        String id = awaitOnly("pending_approval");
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);

        gitHub.approve(ACCOUNT);

        assertThat(awaitOnly("unclaimed")).isEqualTo(id);
    }

    @Test
    void anUnclaimedInstallationIsRenamed() {
        gitHub.install(ACCOUNT);
        awaitOnly("unclaimed");

        gitHub.rename(ACME, "acme-renamed");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(only("external_org_name")).isEqualTo("acme-renamed"));
    }

    /** The row was revoked by a version that recorded no registration. */
    @Test
    void anApprovalActivatesAnInstallationThatWasRevokedLongAgo() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));
        awaitOnly("revoked");
        rows.change("UPDATE oauth_installations SET registration = NULL", Map.of());
        gitHub.requireApproval();
        new Browser().open(base + "/oauth/install/github").choose(ACME).press("approve");
        awaitOnly("pending_approval");

        gitHub.approve(ACCOUNT);

        assertThat(awaitOnly("active")).isEqualTo(id);
    }

    static List<Delivery> orders() {
        return List.of(
                Delivery.ofLast(3),
                Delivery.ofLast(3).reversed(),
                Delivery.ofLast(3).inOrder(List.of(2, 0, 1, 2, 1)).withNewIds(),
                Delivery.ofLast(3).times(3).withNewIds());
    }

    /**
     * Created, deleted and created again: the account's present installation is unclaimed, and the old one has ended.
     */
    @ParameterizedTest
    @MethodSource("orders")
    void everyOrderOfUninstallAndReinstallGivesTheSameResult(Delivery deliveries) {
        String id = connect(ACME);
        awaitAllProcessed();
        gitHub.stopWebhooks();
        gitHub.uninstall(atGitHub(id));
        String external = gitHub.install(ACCOUNT);

        assertThat(gitHub.deliver(deliveries)).containsOnly(202);

        assertThat(awaitOnly("unclaimed")).isEqualTo(id);
        awaitAllProcessed();
        assertThat(only("external_install_id")).isEqualTo(external);
        assertThat(only("status")).isEqualTo("unclaimed");
        assertThat(only("sequence")).as("connected and uninstalled").isEqualTo("2");
        assertThat(events(id, 2)).last().isEqualTo("io.oauthservice.installation.revoked.v1");
        assertThat(claim(id).status()).isEqualTo(200);
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void anInstallationThatReappearsUnderItsOldIdIsRestored() {
        String id = connect(ACME);
        awaitAllProcessed();
        String external = atGitHub(id);
        gitHub.hideInstallation(external);
        rows.leaveTokenOnly(id, Duration.ofMinutes(-1));
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
        assertThat(rows.column(id, "status_reason")).isEqualTo("uninstalled");

        gitHub.showInstallation(external);
        gitHub.deliver(Delivery.ofLast(1).named("installation.created").withNewIds());

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "status")).isEqualTo("active"));
        assertThat(service.token(ACME).status()).isEqualTo(200);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(3).getLast().event())
                    .isInstanceOfSatisfying(
                            InstallationCreated.class,
                            event -> assertThat(event.cause()).isEqualTo(InstallationCreated.Cause.RECONNECTED));
        }
    }

    /** The revocation at GitHub is still pending: an old report of the install must not bring the installation back. */
    @Test
    void anInstallationRevokedByUsDoesNotBecomeUnclaimed() {
        String id = connect(ACME);
        awaitAllProcessed();
        gitHub.failRevoke(Fault.gatewayPage(502).times(50));
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);

        gitHub.deliver(Delivery.ofLast(1).named("installation.created").withNewIds());

        awaitAllProcessed();
        assertThat(rows.column(id, "status")).isEqualTo("revoked");
        assertThat(rows.column(id, "status_reason")).isEqualTo("by_us");
    }

    /** The pending revocation was given up, but the installation is still there. */
    @Test
    void anInstallationRevokedByUsThatIsFoundAgainIsRevokedAgain() {
        String id = connect(ACME);
        awaitAllProcessed();
        gitHub.failRevoke(Fault.gatewayPage(502).times(50));
        service.delete("/oauth/installations/" + id);
        rows.change("DELETE FROM oauth_revocations", Map.of());
        gitHub.clearFaults();

        gitHub.deliver(Delivery.ofLast(1).named("installation.created").withNewIds());

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(gitHub.calls("revoke").getLast()).isEqualTo(204));
        awaitAllProcessed();
        assertThat(rows.column(id, "status_reason")).isEqualTo("by_us");
    }

    /**
     * The customer uninstalls and reinstalls the app while our revocation of the first installation is still pending.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPendingRevocationDoesNotEndAnUnclaimedInstallation(boolean ofAnEarlierVersion) {
        String id = connect(ACME);
        awaitAllProcessed();
        String before = atGitHub(id);
        gitHub.failRevoke(Fault.gatewayPage(502).times(500));
        service.delete("/oauth/installations/" + id);
        if (ofAnEarlierVersion) {
            rows.change("""
                    UPDATE oauth_revocations
                    SET external_install_id = NULL, external_user_id = NULL, grant_key = NULL, registration = NULL
                    """, Map.of());
        }
        gitHub.uninstall(before);
        String external = gitHub.install(ACCOUNT);
        awaitOnly("unclaimed");
        assertThat(rows.value(
                        "SELECT count(*) FROM oauth_revocations WHERE installation_id IS NULL AND origin_id = :id::uuid"
                                + " AND external_install_id = :before",
                        Map.of("id", id, "before", before)))
                .as("replicas of an earlier version would revoke the present id")
                .isEqualTo("1");

        gitHub.clearFaults();

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(gitHub.calls("revoke").getLast()).isEqualTo(404));
        assertThat(claim(id).status()).isEqualTo(200);
        assertThat(atGitHub(id)).isEqualTo(external);
        service.delete("/oauth/installations/" + id);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(gitHub.calls("revoke").getLast()).isEqualTo(204));
    }

    /** The refresh began before the reinstall was known: its 404 is about the installation before. */
    @Test
    void aMintForTheOldIdCannotRevokeTheNewInstallation() {
        String id = connect(ACME);
        awaitAllProcessed();
        gitHub.stopWebhooks();
        gitHub.uninstall(atGitHub(id));
        String external = gitHub.install(ACCOUNT);
        rows.leaveTokenOnly(id, Duration.ofMinutes(-1));
        gitHub.failMint(Fault.slow(Duration.ofSeconds(2)));

        CompletableFuture<Answer> read = CompletableFuture.supplyAsync(() -> service.token(ACME));
        await().atMost(LIMIT)
                .until(() -> !rows.column(id, "refresh_lease_owner").equals("null"));
        gitHub.deliver(Delivery.ofLast(1).named("installation.created"));
        assertThat(awaitOnly("unclaimed")).isEqualTo(id);

        assertThat(read.join().status()).isNotEqualTo(200);
        awaitAllProcessed();
        assertThat(only("status")).isEqualTo("unclaimed");
        assertThat(only("external_install_id")).isEqualTo(external);
        assertThat(only("sequence")).as("connected and uninstalled").isEqualTo("2");
    }

    @Test
    void twoWorkersAppendOneEvent() {
        String id = connect(ACME);
        awaitAllProcessed();
        gitHub.stopWebhooks();
        gitHub.selectAllRepositories(atGitHub(id));
        gitHub.suspend(atGitHub(id));

        gitHub.deliver(Delivery.ofLast(2).inOrder(List.of(0, 1, 0, 1, 1, 0)).withNewIds());

        awaitOnly("suspended");
        awaitAllProcessed();
        assertThat(only("sequence")).as("connected and suspended").isEqualTo("2");
    }

    @Test
    void anInstallationOfAnotherRegistrationIsNotReplaced() {
        String id = connect(ACME);
        awaitAllProcessed();
        rows.change("UPDATE oauth_installations SET registration = 'another/1'", Map.of());
        gitHub.stopWebhooks();
        gitHub.uninstall(atGitHub(id));
        gitHub.install(ACCOUNT);

        gitHub.deliver(Delivery.ofLast(2));

        awaitAllProcessed();
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }
}
