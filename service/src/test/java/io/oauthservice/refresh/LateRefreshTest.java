package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.SlackControl;
import io.oauthservice.events.TokenRefreshed.Cause;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.ProviderTest;
import io.oauthservice.refresh.RefreshException.ProviderUnavailable;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The exchange ends before the lease: an attempt that got its lease late sends nothing. */
@ProviderTest
class LateRefreshTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Five seconds longer than the limit of an exchange. */
    private static final Duration LEASE = Duration.ofSeconds(25);

    @Autowired
    private Installations installations;

    @Autowired
    private RefreshStore store;

    @Autowired
    private RefreshAttempt attempt;

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private DatabaseClient database;

    private String id;

    @BeforeEach
    void connectSlack(@Autowired WebTestClient http, @Value("${OAUTH_CALLBACK_BASE}") String base) {
        new Browser().connect(base, "slack", "T0ACME");
        id = new Service(http).get("/oauth/token/slack?org_id=T0ACME").text("installation_id");
    }

    @Test
    void anExchangeThatCouldOutlastItsLeaseIsNotSent() {
        StepVerifier.create(refresh(leaseRequested(Duration.ofSeconds(6))))
                .expectError(ProviderUnavailable.class)
                .verify(PATIENCE);

        Rows rows = new Rows(database);
        assertThat(refreshes()).isEmpty();
        assertThat(rows.column(id, "refresh_error")).isEqualTo("too_late");
        assertThat(rows.column(id, "refresh_unknown_outcomes")).isEqualTo("0");
        assertThat(rows.column(id, "refresh_lease_owner"))
                .as("other attempts can refresh immediately")
                .isEqualTo("null");
    }

    @Test
    void anExchangeThatEndsBeforeItsLeaseIsSent() {
        StepVerifier.create(refresh(leaseRequested(Duration.ofSeconds(1))))
                .assertNext(
                        refreshed -> assertThat(refreshed.tokens().version()).isEqualTo(2))
                .expectComplete()
                .verify(PATIENCE);

        assertThat(refreshes()).containsExactly(200);
    }

    private Mono<Installation> refresh(RefreshLease lease) {
        return installations
                .find(new InstallationId(UUID.fromString(id)))
                .flatMap(seen -> store.lease(seen, lease))
                .flatMap(leased -> attempt.refreshLeased(leased, lease, Cause.FORCED, null));
    }

    private static RefreshLease leaseRequested(Duration ago) {
        return new RefreshLease("this attempt", LEASE, System.nanoTime() - ago.toNanos());
    }

    private List<Integer> refreshes() {
        return new SlackControl(sandbox).calls("refresh");
    }
}
