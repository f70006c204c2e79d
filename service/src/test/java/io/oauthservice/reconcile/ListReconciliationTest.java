package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Fault;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Mono;

/** What the list of installations says, with every webhook dropped. */
class ListReconciliationTest extends ServiceTestBase {

    private static final int DEVELOPER = 55;

    @Autowired
    private ListReconciliation reconciliation;

    @Autowired
    private Providers providers;

    @Autowired
    private MeterRegistry meters;

    @BeforeEach
    void disableWebhooks() {
        gitHub.stopWebhooks();
    }

    private ListReconciliation.Cost reconcile() {
        return reconcile(Instant.parse(rows.value(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
                Map.of())));
    }

    private ListReconciliation.Cost reconcile(Instant started) {
        return Objects.requireNonNull(reconciliation
                .reconcile(providers.find("github").orElseThrow(), started, Mono.empty())
                .block(Duration.ofSeconds(60)));
    }

    private String status(String id) {
        return rows.column(id, "status") + " " + rows.column(id, "status_reason");
    }

    private double count(String change) {
        return meters.get("oauth.reconciliation.changes").tag("change", change).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void everyKindOfChangeIsFound() {
        gitHub.addAccounts(List.of(9003, 9004), DEVELOPER);
        String removed = connect("9001");
        String suspended = connect("9002");
        String renamed = connect("9003");
        gitHub.uninstall(atGitHub(removed));
        gitHub.suspend(atGitHub(suspended));
        gitHub.rename("9003", "renamed");
        gitHub.install(9004);

        reconcile();

        assertThat(status(removed)).isEqualTo("revoked uninstalled");
        assertThat(status(suspended)).isEqualTo("suspended by_provider");
        assertThat(rows.column(renamed, "external_org_name")).isEqualTo("renamed");
        assertThat(rows.value("SELECT status FROM oauth_installations WHERE external_org_id = '9004'", Map.of()))
                .isEqualTo("unclaimed");
        assertThat(count("ended")).isPositive();

        gitHub.rename("9004", "renamed-too");
        reconcile();
        assertThat(rows.value(
                        "SELECT external_org_name FROM oauth_installations WHERE external_org_id = '9004'", Map.of()))
                .isEqualTo("renamed-too");

        gitHub.unsuspend(atGitHub(suspended));
        gitHub.uninstall(rows.value(
                "SELECT external_install_id FROM oauth_installations WHERE external_org_id = '9004'", Map.of()));
        reconcile();

        assertThat(status(suspended)).isEqualTo("active null");
        assertThat(rows.value("SELECT count(*) FROM oauth_installations WHERE external_org_id = '9004'", Map.of()))
                .isEqualTo("0");
    }

    @Test
    void newPermissionsAreInTheNextToken() {
        String id = connect(ACME);
        gitHub.acceptPermissions(atGitHub(id), Map.of("metadata", "read", "issues", "write"));

        reconcile();

        assertThat(rows.column(id, "permissions")).contains("issues");
    }

    @Test
    void whereNothingHasChangedNothingIsWritten() {
        String id = connect(ACME);
        String before = rows.column(id, "updated_at");

        reconcile();
        reconcile();

        assertThat(rows.column(id, "updated_at")).isEqualTo(before);
    }

    @Test
    void anotherAppsEmptyListRevokesNoInstallation() {
        String id = connect(ACME);
        gitHub.swapApp();

        reconcile();
        gitHub.restoreApp();

        assertThat(status(id)).isEqualTo("active null");
    }

    @Test
    void anInstallationStoredWhileTheListIsReadIsKept() {
        Instant started = Instant.parse(rows.value(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')", Map.of()));
        String id = connect(ACME);
        gitHub.hideInstallation(atGitHub(id));

        reconcile(started);

        assertThat(status(id)).isEqualTo("active null");
    }

    /** The list shifts by one while it is read: an installation that exists is on no page. */
    @Test
    void aShiftedPageRevokesNoInstallation() {
        String id = connect(ACME);
        gitHub.hideInList(atGitHub(id));

        reconcile();

        assertThat(status(id)).isEqualTo("active null");
    }

    @Test
    void anIncompleteListLeadsToNoConclusion() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));
        gitHub.failInfo(Fault.gatewayPage(502).times(1));

        assertThatThrownBy(this::reconcile)
                .isInstanceOfSatisfying(
                        ListReconciliation.Incomplete.class,
                        incomplete -> assertThat(incomplete.failure()).isInstanceOf(ProviderException.Retryable.class));

        assertThat(status(id)).isEqualTo("active null");
    }

    @Test
    void anInstallationThatTheListNamesAgainIsRestored() {
        String id = connect(ACME);
        String external = atGitHub(id);
        gitHub.hideInstallation(external);
        reconcile();
        assertThat(status(id)).isEqualTo("revoked uninstalled");

        gitHub.showInstallation(external);
        reconcile();

        assertThat(status(id)).isEqualTo("active null");
        assertThat(count("restored")).isPositive();
    }

    @Test
    void theListIsReadToItsEnd() {
        gitHub.addAccounts(IntStream.range(20_000, 20_130).boxed().toList(), DEVELOPER);
        IntStream.range(20_000, 20_130).forEach(gitHub::install);

        ListReconciliation.Cost cost = reconcile();

        assertThat(cost.pages()).isEqualTo(2);
        assertThat(rows.value("SELECT count(*) FROM oauth_installations WHERE status = 'unclaimed'", Map.of()))
                .isEqualTo("130");
    }

    @Test
    void readingTheListTakesAFifthOfTheCallsAtMost() {
        Duration configured = Duration.ofMinutes(15);

        assertThat(new ListReconciliation.Cost(250, 5000).interval(configured, 5))
                .isEqualTo(configured);
        assertThat(new ListReconciliation.Cost(1000, 5000).interval(configured, 5))
                .isEqualTo(Duration.ofHours(1));
        assertThat(new ListReconciliation.Cost(1000, null).interval(configured, 5))
                .isEqualTo(configured);
    }
}
