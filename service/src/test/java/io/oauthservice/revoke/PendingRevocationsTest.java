package io.oauthservice.revoke;

import static io.oauthservice.Fault.hang;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationCreated;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.RevocationQueue;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** A pending revocation concerns the external ids that the installation had when it was revoked, and no other ones. */
class PendingRevocationsTest extends ServiceTestBase {

    /** Each install flow revokes its user token. */
    private static final int OF_THE_INSTALL = 204;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Statements that wait for a lock. */
    private static final String WAITING = """
            SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE NOT l.granted AND a.datname = current_database()
            """;

    @Autowired
    private RevocationQueue revocations;

    @Test
    void aPendingRevocationDoesNotAffectTheNewInstallation() {
        String id = connect(ACME);
        String before = atGitHub(id);
        revokeInVain(id);
        gitHub.uninstall(before);

        assertThat(connect(ACME)).isEqualTo(id);
        assertThat(pending()).as("it is not cancelled: it is about another id").isEqualTo("1");
        assertThat(pending("installation_id IS NOT NULL"))
                .as("replicas of an earlier version would revoke the present id")
                .isEqualTo("0");
        gitHub.clearFaults();

        eventually(() -> assertThat(pending()).isEqualTo("0"));
        assertThat(gitHub.calls("revoke").getLast()).as("already uninstalled").isEqualTo(404);
        assertThat(atGitHub(id)).isNotEqualTo(before);
        rows.leaveTokenOnly(id, Duration.ZERO);
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void bothIdsOfAnInstallationThatWasRevokedTwiceAreRevoked() {
        String id = connect(ACME);
        revokeInVain(id);
        gitHub.uninstall(atGitHub(id));
        connect(ACME);
        revoke(id);
        assertThat(pending()).isEqualTo("2");

        gitHub.clearFaults();

        eventually(() -> assertThat(pending()).isEqualTo("0"));
        List<Integer> calls = gitHub.calls("revoke");
        assertThat(calls.subList(calls.size() - 2, calls.size())).containsExactlyInAnyOrder(404, 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unclaimed", "suspended", "needs_reconnect", "pending_approval"})
    void anInstallationWithoutTokenIsRevokedAtTheProviderToo(String status) {
        String id = connect(ACME);
        rows.change(
                "UPDATE oauth_installations SET status = :status, access_token_encrypted = NULL WHERE id = :id::uuid",
                Map.of("id", id, "status", status));

        revoke(id);

        eventually(() -> assertThat(gitHub.calls("revoke")).containsExactly(OF_THE_INSTALL, 204));
    }

    @Test
    void anInstallationWithoutACreatedEventGetsNoRevokedEvent() {
        String id = rows.insert("github", ACME, "Acme", "unclaimed");
        rows.change("""
                UPDATE oauth_installations SET grant_key = 'inst:9001', access_token_encrypted = NULL,
                    external_install_id = :install
                WHERE id = :id::uuid
                """, Map.of("id", id, "install", gitHub.install(9001)));

        revoke(id);

        assertThat(rows.column(id, "status")).isEqualTo("revoked");
        assertThat(rows.column(id, "sequence")).isEqualTo("0");
        eventually(() -> assertThat(gitHub.calls("revoke")).containsExactly(204));
        eventually(() -> assertThat(pending()).isEqualTo("0"));
        assertThat(connect(ACME)).isEqualTo(id);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(1))
                    .singleElement()
                    .satisfies(first -> assertThat(first.event())
                            .isInstanceOfSatisfying(
                                    InstallationCreated.class,
                                    created -> assertThat(created.cause())
                                            .isEqualTo(InstallationCreated.Cause.INSTALLED)));
        }
    }

    @Test
    void aCallToTheProviderIsAnnounced() {
        String id = connect(ACME);
        gitHub.failRevoke(hang(Duration.ofSeconds(1)));

        revoke(id);

        eventually(
                () -> assertThat(pending("revoking_until > clock_timestamp()")).isEqualTo("1"));
        assertThat(pending("revoking_until < clock_timestamp() + INTERVAL '15 s'"))
                .isEqualTo("1");
        eventually(() -> assertThat(pending()).isEqualTo("0"));
    }

    @Test
    void aReconnectWaitsForACallInProgress() {
        String id = connect(ACME);
        revokeInVain(id);
        // As another replica leaves it that is killed during its call.
        rows.change("""
                UPDATE oauth_revocations SET next_attempt_at = 'infinity',
                    revoking_until = clock_timestamp() + INTERVAL '2 s'
                """, Map.of());
        String until = rows.value("SELECT revoking_until::text FROM oauth_revocations", Map.of());

        connect(ACME);

        assertThat(rows.column(id, "(status_since > '" + until + "'::timestamptz)"))
                .isEqualTo("true");
        assertThat(pending()).isEqualTo("0");
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void aFailedCallCountsAsInProgressWhileItMayStillTakeEffect() {
        String id = connect(ACME);
        revokeInVain(id);

        eventually(() -> assertThat(pending("""
                        last_error = 'http_500'
                        AND revoking_until BETWEEN clock_timestamp() AND clock_timestamp() + INTERVAL '3 s'
                        """)).isEqualTo("1"));
        gitHub.clearFaults();
        gitHub.failRevoke(status(422).times(1000));
        eventually(() -> assertThat(pending("last_error = 'http_422' AND revoking_until IS NULL"))
                .isEqualTo("1"));
    }

    @Test
    void aRemovedPlatformKeepsItsPendingRevocations() {
        String id = rows.insert("removed", "1", "One", "active");

        revoke(id);
        ageByEightDays();

        eventually(() -> assertThat(pending("attempts > 1 AND last_error = 'not_configured'"))
                .isEqualTo("1"));
        assertThat(pending("access_token_encrypted IS NOT NULL")).isEqualTo("1");
    }

    @Test
    void anotherRegistrationKeepsItsPendingRevocations() {
        String id = connect(ACME);
        rows.change("UPDATE oauth_installations SET registration = 'another'", Map.of());

        revoke(id);
        ageByEightDays();

        eventually(() -> assertThat(pending("attempts > 1 AND last_error = 'registration_changed'"))
                .isEqualTo("1"));
        assertThat(gitHub.calls("revoke")).containsExactly(OF_THE_INSTALL);
    }

    @Test
    void aRevocationThatFailsForTooLongIsErased() {
        String id = connect(ACME);
        revokeInVain(id);

        ageByEightDays();

        eventually(() -> assertThat(pending()).isEqualTo("0"));
        assertThat(gitHub.calls("revoke").getLast()).isEqualTo(500);
    }

    @Test
    void anIdThatWeRevokedAndThatIsFoundAgainIsRevokedAgain() {
        String id = connect(ACME);
        String external = atGitHub(id);
        revokeInVain(id);
        rows.change("UPDATE oauth_revocations SET attempts = 20, next_attempt_at = 'infinity'", Map.of());
        gitHub.clearFaults();

        assertThat(renew(id, external)).isTrue();
        eventually(() -> assertThat(pending()).isEqualTo("0"));
        assertThat(gitHub.calls("revoke").getLast()).isEqualTo(204);

        assertThat(renew(id, external)).as("nothing is pending").isTrue();
        eventually(() -> assertThat(gitHub.calls("revoke").getLast()).isEqualTo(404));
    }

    @Test
    void onlyAnIdThatWeRevokedIsRevokedAgain() {
        String active = connect(ACME);
        String revoked = connect(GLOBEX);
        gitHub.uninstall(atGitHub(revoked));
        rows.leaveTokenOnly(revoked, Duration.ZERO);
        service.token(GLOBEX);

        assertThat(rows.column(revoked, "status_reason")).isEqualTo("uninstalled");
        assertThat(renew(revoked, atGitHub(revoked))).isFalse();
        assertThat(renew(active, atGitHub(active))).isFalse();
        revoke(active);
        assertThat(renew(active, "1")).isFalse();
    }

    @Test
    void anIdThatIsBeingConnectedIsNotRevokedAgain(
            @Value("${spring.liquibase.url}") String url,
            @Value("${spring.liquibase.user}") String user,
            @Value("${spring.liquibase.password}") String password)
            throws SQLException {
        String id = connect(ACME);
        String external = atGitHub(id);
        revoke(id);
        eventually(() -> assertThat(pending()).isEqualTo("0"));
        try (Connection other = DriverManager.getConnection(url, user, password);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("""
                    UPDATE oauth_installations SET status = 'active', status_reason = NULL, revoked_at = NULL,
                        access_token_encrypted = 'new'
                    """);
            CompletableFuture<Boolean> renewed = CompletableFuture.supplyAsync(() -> renew(id, external));
            eventually(() -> assertThat(rows.value(WAITING, Map.of())).isEqualTo("1"));

            other.commit();

            assertThat(renewed.join()).isFalse();
        }
        assertThat(pending()).isEqualTo("0");
    }

    /** What the version before this one writes: without copies, a row for each installation. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void rowsOfTheEarlierVersionAreCarriedOut(int times) {
        connect(ACME);
        rows.change("UPDATE oauth_installations SET status = 'revoked', revoked_at = now()", Map.of());

        for (int time = 0; time < times; time++) {
            rows.change("""
                    INSERT INTO oauth_revocations (installation_id, access_token_encrypted, refresh_token_encrypted)
                    SELECT id, access_token_encrypted, refresh_token_encrypted FROM oauth_installations
                    WHERE access_token_encrypted IS NOT NULL
                    ON CONFLICT (installation_id) DO UPDATE SET
                        access_token_encrypted = EXCLUDED.access_token_encrypted,
                        attempts = 0, next_attempt_at = clock_timestamp(), created_at = clock_timestamp()
                    """, Map.of());
        }

        eventually(() -> assertThat(pending()).isEqualTo("0"));
        assertThat(gitHub.calls("revoke").getLast()).isEqualTo(204);
    }

    /** Revokes it while GitHub answers no call to revoke. */
    private void revokeInVain(String id) {
        gitHub.failRevoke(status(500).times(1000));
        revoke(id);
        eventually(() -> assertThat(pending("last_error IS NOT NULL")).isEqualTo("1"));
    }

    private void revoke(String id) {
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);
    }

    private boolean renew(String id, String external) {
        return Boolean.TRUE.equals(revocations
                .renew(InstallationId.parse(id).orElseThrow(), external)
                .block(LIMIT));
    }

    private void ageByEightDays() {
        rows.change("UPDATE oauth_revocations SET created_at = created_at - INTERVAL '8 days'", Map.of());
    }

    private String pending() {
        return pending("true");
    }

    private String pending(String condition) {
        return rows.value("SELECT count(*) FROM oauth_revocations WHERE " + condition, Map.of());
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(LIMIT).untilAsserted(assertion);
    }
}
