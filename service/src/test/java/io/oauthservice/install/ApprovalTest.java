package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.Service.Answer;
import org.junit.jupiter.api.Test;

/**
 * Where an owner at the provider must approve first, the installation is pending and becomes active by a later flow.
 */
class ApprovalTest extends FlowTestBase {

    @Test
    void aRequestWaitsForApprovalAndBecomesActiveUnderTheSameId() {
        gitHub().requireApproval();

        Page waiting = connect();
        Answer tooEarly = service().token(ACME);
        Object id = onlyInstallation().get("id");

        assertThat(waiting.status()).isEqualTo(200);
        assertThat(waiting.heading()).isEqualTo("Waiting for approval");
        assertThat(tooEarly.status()).isEqualTo(409);
        assertThat(tooEarly.problem()).isEqualTo("pending-approval");

        gitHub().approve(9001);
        Page connected = connect();

        assertThat(connected.heading()).isEqualTo("Connected");
        assertThat(onlyInstallation()).containsEntry("id", id).containsEntry("status", "active");
        assertThat(service().token(ACME).text("installation_id")).isEqualTo(id);
        assertThat(gitHub().violations()).isEmpty();
    }

    @Test
    void theLatestRequestOfThePersonIsRecorded() {
        gitHub().requireApproval();
        gitHub().request(9002, 55);

        connect();

        assertThat(onlyInstallation()).containsEntry("external_org_id", ACME);
    }

    @Test
    void theReturnAddressGetsThePendingStatus() {
        gitHub().requireApproval();

        Page page = browser.openWithoutFollowing(approved(consentPage("/after")));

        assertThat(page.location()).isEqualTo(at("/after?status=pending_approval"));
    }

    @Test
    void aRequestDoesNotChangeAnActiveInstallation() {
        connect();
        gitHub().requireApproval();
        Object id = onlyInstallation().get("id");
        gitHub().uninstall(String.valueOf(onlyInstallation().get("external_install_id")));

        Page page = connect();

        assertThat(page.heading()).isEqualTo("Waiting for approval");
        assertThat(onlyInstallation()).containsEntry("id", id).containsEntry("status", "active");
    }
}
