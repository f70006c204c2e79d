package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.LocalKafka;
import io.oauthservice.local.Ports;
import io.oauthservice.local.Replica;
import io.oauthservice.local.ReplicaSet;
import io.oauthservice.local.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Three replicas during an outage of the database or of Kafka. No replica is restarted. */
class DegradedIT {

    private static final String ACME = "/oauth/token/github?org_id=9001";
    private static final String GLOBEX = "/oauth/token/github?org_id=9002";
    private static final String ACME_SITE = "/oauth/token/jira?org_id=" + Platform.JIRA.organisation;
    private static final Duration MAX_STALE = Duration.ofSeconds(12);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int KAFKA_PORT = Ports.free();

    @TempDir
    private static Path kafkaData;

    private static LocalKafka kafka;
    private static ReplicaSet set;

    @BeforeAll
    static void start() {
        kafka = LocalKafka.persistent(kafkaData, KAFKA_PORT);
        set = ReplicaSet.behindProxies(
                3,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap(),
                        "oauth.tokens.revalidate-every", "1s",
                        "oauth.tokens.max-stale", MAX_STALE.toString()));
    }

    @AfterAll
    static void stop() {
        set.close();
        kafka.close();
    }

    @BeforeEach
    void deleteInstallations() {
        set.sandbox().reset();
        set.sql("DELETE FROM oauth_installations; SELECT pg_notify('oauth_installations', 'emptied by hand')");
    }

    @Test
    void withoutTheDatabaseEveryReplicaServesCachedTokensUntilTheyAreStaleOrExpire() {
        connect("github", "9001");
        connect("github", "9002");
        new AtlassianControl(set.sandbox()).setAccessTokenLifetime(Duration.ofSeconds(16));
        connect("jira", Platform.JIRA.organisation);
        set.replicas().forEach(replica -> warmCache(replica, ACME, ACME_SITE));

        set.replicas().forEach(replica -> replica.database().cut());
        Instant cutAt = Instant.now();

        for (Replica replica : set.replicas()) {
            assertThat(getToken(replica, ACME).status()).isEqualTo(200);
            Answer cold = getToken(replica, GLOBEX);
            assertThat(cold.status()).isEqualTo(503);
            assertThat(cold.problem()).isEqualTo("storage-unavailable");
            assertThat(cold.headers().getFirst("Retry-After")).isNotNull();
        }
        for (Replica replica : set.replicas()) {
            await().atMost(LIMIT).until(() -> isNoLongerServed(replica, ACME_SITE, Instant.MAX));
            await().atMost(LIMIT).until(() -> isNoLongerServed(replica, ACME, cutAt.plus(MAX_STALE)));
        }

        set.replicas().stream().map(Replica::database).forEach(TcpProxy::restore);

        for (Replica replica : set.replicas()) {
            await().atMost(LIMIT).until(() -> getToken(replica, ACME).status() == 200);
            await().atMost(LIMIT).until(() -> getToken(replica, GLOBEX).status() == 200);
            await().atMost(LIMIT).until(() -> getToken(replica, ACME_SITE).status() == 200);
        }
    }

    @Test
    void withoutNotificationsAReplicaStopsServingARevokedTokenInTime() {
        connect("github", "9001");
        set.replicas().forEach(replica -> warmCache(replica, ACME));
        Replica isolated = set.replicas().getLast();
        String id = getToken(isolated, ACME).text("installation_id");

        isolated.database().cut();
        Instant cutAt = Instant.now();
        assertThat(service(set.first()).delete("/oauth/installations/" + id).status())
                .isEqualTo(204);

        await().atMost(LIMIT).until(() -> isNoLongerServed(isolated, ACME, cutAt.plus(MAX_STALE)));

        isolated.database().restore();

        await().atMost(LIMIT).until(() -> getToken(isolated, ACME).problem().equals("not-connected"));
    }

    @Test
    void eventsOfAKafkaOutageArePublishedAfterwards() {
        connect("github", "9001");
        String id = getToken(set.first(), ACME).text("installation_id");
        try (KafkaEvents before = new KafkaEvents(kafka.bootstrap(), id)) {
            assertThat(before.await(1)).hasSize(1);
        }

        kafka.close();
        assertThat(service(set.replicas().get(1))
                        .delete("/oauth/installations/" + id)
                        .status())
                .isEqualTo(204);
        // A flow that meets the revocation at the provider has to be started again.
        await().atMost(LIMIT)
                .until(() -> set.replicas().stream()
                        .anyMatch(replica -> replica.log().contains("Grant revoked at the provider")));
        connect("github", "9001");
        assertThat(getToken(set.replicas().get(2), ACME).status()).isEqualTo(200);
        await().atMost(LIMIT)
                .until(() -> set.replicas().stream()
                        .anyMatch(replica -> replica.log().contains("Kafka publish failed")));
        kafka = LocalKafka.persistent(kafkaData, KAFKA_PORT);

        try (KafkaEvents after = new KafkaEvents(kafka.bootstrap(), id)) {
            assertThat(after.await(3))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1",
                            "io.oauthservice.installation.revoked.v1",
                            "io.oauthservice.installation.created.v1");
        }
    }

    private static void connect(String platform, String organisation) {
        new Browser().connect(set.publicUrl(), platform, organisation);
    }

    private static void warmCache(Replica replica, String... paths) {
        for (String path : paths) {
            await().atMost(LIMIT).until(() -> isServedFromCache(replica, path));
        }
    }

    private static boolean isServedFromCache(Replica replica, String path) {
        double before = cachedReads(replica);
        assertThat(getToken(replica, path).status()).isEqualTo(200);
        return cachedReads(replica) > before;
    }

    private static double cachedReads(Replica replica) {
        String metrics = WebTestClient.bindToServer()
                .baseUrl(replica.managementUrl())
                .responseTimeout(LIMIT)
                .build()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        return Objects.requireNonNull(metrics)
                .lines()
                .filter(line -> line.startsWith("oauth_token_reads_cached_seconds_count"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Whether the token is no longer served. Fails if it is served after the latest time, or after its expiry. */
    private static boolean isNoLongerServed(Replica replica, String path, Instant latest) {
        Instant requestedAt = Instant.now();
        Answer answer = getToken(replica, path);
        if (answer.status() != 200) {
            assertThat(answer.problem()).isEqualTo("storage-unavailable");
            return true;
        }
        assertThat(requestedAt).isBefore(latest).isBefore(Instant.parse(answer.text("expires_at")));
        return false;
    }

    private static Answer getToken(Replica replica, String path) {
        return service(replica).get(path);
    }

    private static Service service(Replica replica) {
        return new Service(WebTestClient.bindToServer()
                .baseUrl(replica.url())
                .responseTimeout(Duration.ofSeconds(30))
                .build());
    }
}
