package io.oauthservice.grantcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A suspension whose end was not reported ends by itself: without webhooks, or after a lost one. */
class SuspensionCheckTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Autowired
    private SuspensionCheck check;

    private String suspended() {
        String id = connect(ACME);
        gitHub.suspend(atGitHub(id));
        rows.leaveTokenOnly(id, Duration.ofSeconds(1));
        assertThat(service.token(ACME).problem()).isEqualTo("suspended");
        return id;
    }

    @Test
    void anUnsuspendedInstallationBecomesActiveWithoutAPerson() {
        String id = suspended();
        gitHub.unsuspend(atGitHub(id));

        check.checkAll(Duration.ZERO).block(LIMIT);

        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void aSuspendedInstallationStaysSuspendedAndIsNotCheckedAgainSoon() {
        String id = suspended();

        check.checkAll(Duration.ZERO).block(LIMIT);
        int calls = gitHub.calls("mint").size();
        check.checkAll(Duration.ofMinutes(15)).block(LIMIT);

        assertThat(rows.column(id, "status")).isEqualTo("suspended");
        assertThat(gitHub.calls("mint")).hasSize(calls);
        assertThat(rows.column(id, "refresh_lease_owner")).isEqualTo("null");
    }

    @Test
    void anUninstalledOneEnds() {
        String id = suspended();
        gitHub.uninstall(atGitHub(id));

        check.checkAll(Duration.ZERO).block(LIMIT);

        assertThat(rows.column(id, "status_reason")).isEqualTo("uninstalled");
    }
}
