package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Webhooks that failed at GitHub are requested again, if nothing else contains what they report. */
class RedeliveryTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Autowired
    private Redelivery redelivery;

    @Autowired
    private Providers providers;

    @BeforeEach
    void enableWebhooks() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        gitHub.sendWebhooks();
    }

    private long redeliver() {
        GuardedProvider provider = providers.find("github").orElseThrow();
        return Objects.requireNonNull(redelivery.redeliver(provider).block(LIMIT));
    }

    private long inbox(String condition) {
        return Long.parseLong(rows.value("SELECT count(*) FROM oauth_webhook_inbox WHERE " + condition, Map.of()));
    }

    @Test
    void anInstallThatDidNotArriveIsRequested() {
        gitHub.stopWebhooks();
        gitHub.install(9001);
        gitHub.sendWebhooks();

        assertThat(redeliver()).isEqualTo(1);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(inbox("event = 'installation'")).isEqualTo(1));
        await().atMost(LIMIT).until(() -> redeliver() == 0);
    }

    @Test
    void aDeliveryIsRequestedThreeTimesAtMost() {
        gitHub.stopWebhooks();
        gitHub.install(9001);

        long requested = 0;
        for (int round = 0; round < 6; round++) {
            requested += redeliver();
        }

        assertThat(requested).isEqualTo(3);
    }

    @Test
    void noDeliveryIsRequestedForAStateThatTheListShows() {
        String id = connect(ACME);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(inbox("done_at IS NOT NULL")).isPositive());
        gitHub.stopWebhooks();
        gitHub.suspend(atGitHub(id));

        assertThat(redeliver()).isZero();
    }
}
