package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.indexer.Indexer;
import com.example.indexer.IndexerApplication;
import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationRevoked;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The consumer of docs/consumer, as it stands there, beside the running service. */
class ConsumerExampleTest extends OutboxStory {

    /** What the service's class path has and a consumer's has not. */
    private static final String NOT_A_CONSUMERS = String.join(
            ",",
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration");

    private ConfigurableApplicationContext startConsumer() {
        return new SpringApplicationBuilder(IndexerApplication.class)
                .run(
                        "--spring.config.location=file:../docs/consumer/application.yml",
                        "--spring.autoconfigure.exclude=" + NOT_A_CONSUMERS,
                        "--KAFKA_BOOTSTRAP_SERVERS=" + kafka,
                        "--CONSUMER_GROUP=" + UUID.randomUUID());
    }

    @Test
    void itFollowsAnInstallationFromItsConnectionToItsEnd() {
        UUID id = UUID.fromString(connect(ACME));
        try (ConfigurableApplicationContext consumer = startConsumer()) {
            Indexer indexer = consumer.getBean(Indexer.class);

            await().atMost(LIMIT).until(() -> indexer.isIndexing(id));
            service.delete("/oauth/installations/" + id);

            await().atMost(LIMIT).until(() -> !indexer.isIndexing(id));
        }
    }

    @Test
    void aReplayChangesNothingForIt() {
        UUID id = UUID.fromString(connect(ACME));
        service.delete("/oauth/installations/" + id);
        awaitAllPublished(id);
        try (ConfigurableApplicationContext consumer = startConsumer()) {
            Indexer indexer = consumer.getBean(Indexer.class);
            append(installation, 1, 1);
            awaitAllPublished(installation);
            int before = seenUpTo(indexer, installation);

            service.post(
                    "/oauth/operations/replay",
                    "{\"from\":\"%s\",\"installation_id\":\"%s\"}"
                            .formatted(Instant.now().minusSeconds(60), id));
            assertThat(received(id, 4)).hasSize(4);
            UUID last = UUID.randomUUID();
            append(last, 1, 1);

            assertThat(seenUpTo(indexer, last)).isEqualTo(before + 1);
            assertThat(indexer.isIndexing(id)).isFalse();
        }
    }

    /** Waits until the consumer has had the one event of this installation, which is the last on the topic. */
    private int seenUpTo(Indexer indexer, UUID last) {
        awaitAllPublished(last);
        String id = rows.value("SELECT id FROM oauth_outbox WHERE installation_id = :id", Map.of("id", last));
        await().atMost(LIMIT).until(() -> indexer.hasSeen(id));
        return indexer.eventsSeen();
    }

    @Test
    void whatComesLateOverridesNothing() {
        Indexer indexer = new Indexer();
        InstallationEvent created = new InstallationCreated(
                installation,
                "github",
                null,
                1,
                Instant.now(),
                InstallationCreated.Cause.INSTALLED,
                null,
                List.of(),
                Map.of(),
                List.of(),
                null);
        InstallationEvent revoked = new InstallationRevoked(
                installation, "github", null, 2, Instant.now(), InstallationRevoked.Cause.UNINSTALLED);

        indexer.take("two", revoked);
        indexer.take("one", created);

        assertThat(indexer.isIndexing(installation)).isFalse();
    }
}
