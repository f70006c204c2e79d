package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Delivery;
import io.oauthservice.ServiceTestBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a customer does at GitHub, and in whatever order and how often the webhooks about it arrive: the
 * installation here ends as it is at GitHub.
 */
class WebhookOrderTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ACCOUNT = 9001;
    private static final int MAX_ACTS = 5;
    private static final int MAX_REPETITIONS = 3;

    @BeforeEach
    void recordWebhooks() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        gitHub.stopWebhooks();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyOrderOfActsGivesGitHubsState(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        String id = connect(ACME);
        Account account = new Account(atGitHub(id));
        int acts = random.nextInt(1, MAX_ACTS + 1);
        for (int act = 0; act < acts; act++) {
            account.change(random);
        }

        Delivery delivery = Delivery.ofLast(acts).inOrder(randomOrder(acts, random));
        assertThat(gitHub.deliver(random.nextBoolean() ? delivery.withNewIds() : delivery))
                .containsOnly(202);

        awaitAllProcessed();
        assertThat(rows.column(id, "status")).as(account.toString()).isEqualTo(account.status());
        assertThat(rows.value("""
                        SELECT COALESCE(string_agg(split_part(type, '.', 4), ' ' ORDER BY sequence), '') FROM oauth_outbox
                        WHERE installation_id = :id::uuid AND sequence > 1 AND type LIKE 'io.oauthservice.installation.%'
                        """, Map.of("id", id))).as(account.toString()).isEqualTo(account.event());
    }

    private static List<Integer> randomOrder(int count, RandomGenerator random) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        random.ints(random.nextInt(MAX_REPETITIONS + 1), 0, count).forEach(order::add);
        Collections.shuffle(order, random);
        return order;
    }

    /** Without the pauses before GitHub is asked again. */
    private void awaitAllProcessed() {
        await().atMost(LIMIT).untilAsserted(() -> {
            rows.change(
                    "UPDATE oauth_webhook_inbox SET next_attempt_at = clock_timestamp()"
                            + " WHERE done_at IS NULL AND outcome IS NOT NULL",
                    Map.of());
            rows.change("NOTIFY " + WebhookInbox.CHANNEL, Map.of());
            assertThat(rows.value("SELECT count(*) FROM oauth_webhook_inbox WHERE done_at IS NULL", Map.of()))
                    .isEqualTo("0");
        });
    }

    /** An account at GitHub, whose installation was connected here. */
    private final class Account {

        private final String connected;
        private final List<String> history = new ArrayList<>();
        private String installed;
        private boolean suspended;

        Account(String connected) {
            this.connected = connected;
            this.installed = connected;
        }

        void change(RandomGenerator random) {
            if (installed.isEmpty()) {
                history.add("install");
                installed = gitHub.install(ACCOUNT);
            } else if (random.nextBoolean()) {
                history.add("uninstall");
                gitHub.uninstall(installed);
                installed = "";
                suspended = false;
            } else if (suspended) {
                history.add("unsuspend");
                gitHub.unsuspend(installed);
                suspended = false;
            } else {
                history.add("suspend");
                gitHub.suspend(installed);
                suspended = true;
            }
        }

        /** What is to be stored. */
        String status() {
            if (installed.isEmpty()) {
                return "revoked";
            }
            if (!installed.equals(connected)) {
                return "unclaimed";
            }
            return suspended ? "suspended" : "active";
        }

        /** The event about it. */
        String event() {
            return switch (status()) {
                case "active" -> "";
                case "suspended" -> "updated";
                default -> "revoked";
            };
        }

        @Override
        public String toString() {
            return history.toString();
        }
    }
}
