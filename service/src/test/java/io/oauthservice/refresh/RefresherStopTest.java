package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.ResetExtension;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.SlackControl;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A replica that is stopping may not be able to store new tokens. */
@ServiceTest(properties = {"oauth.tokens.cache-size=0", "oauth.refresh.sweep.ahead=false"})
@DirtiesContext
@ExtendWith(ResetExtension.class)
class RefresherStopTest {

    @Test
    void afterTheStopNoRefreshIsSent(
            @Autowired Refresher refresher,
            @Autowired Sandbox sandbox,
            @Autowired DatabaseClient database,
            @Autowired WebTestClient http,
            @Value("${OAUTH_CALLBACK_BASE}") String base) {
        Service service = new Service(http);
        Rows rows = new Rows(database);
        new Browser().open(base + "/oauth/install/slack").choose("T0ACME").press("approve");
        Answer before = service.get("/oauth/token/slack?org_id=T0ACME");
        rows.leaveTokenOnly(before.text("installation_id"), Duration.ofMinutes(-1));

        refresher.stop();
        Answer after = service.get("/oauth/token/slack?org_id=T0ACME");

        assertThat(after.status()).isEqualTo(503);
        assertThat(after.problem()).isEqualTo("provider-unavailable");
        assertThat(new SlackControl(sandbox).calls("refresh")).isEmpty();
        assertThat(rows.column(before.text("installation_id"), "refresh_lease_owner"))
                .as("other replicas can refresh immediately")
                .isEqualTo("null");
    }
}
