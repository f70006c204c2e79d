package io.oauthservice.outbox;

import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.Rows;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.local.ServiceTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * Not a test: {@code bench/events} runs it, and prints what docs/benchmarks.md reports. Ratios are calculated within a
 * round, between measurements seconds apart: on a shared machine they move less than the figures.
 */
@ServiceTest
class EventsBench {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int EVENTS = Integer.getInteger("bench.events", 40_000);
    private static final int IDLE_EVENTS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String OTHER = "the bench";

    @Autowired
    private DatabaseClient database;

    @Autowired
    private Outbox outbox;

    @Autowired
    private KafkaProperties kafka;

    @Autowired
    private OutboxProperties properties;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String bootstrap;

    private Rows rows;

    @BeforeEach
    void createTables() {
        rows = new Rows(database);
    }

    @Test
    void measureRelayAgainstPlainTemplate() {
        await().atMost(PATIENCE)
                .until(() -> new RelayLease(database, OTHER, PATIENCE)
                                .acquireOrRenew()
                                .block()
                        == null);
        double[] ratios = new double[ROUNDS];
        say("%d events a round, batches of %d, acks=all".formatted(EVENTS, properties.batch()));
        say("%8s %20s %20s %8s".formatted("round", "outbox events/s", "template events/s", "ratio"));
        // The first round warms up and does not count.
        for (int round = 0; round <= ROUNDS; round++) {
            double relayed = relayed();
            double sent = sent();
            String name = round == 0 ? "warm-up" : Integer.toString(round);
            say("%8s %20.0f %20.0f %8.2f".formatted(name, relayed, sent, relayed / sent));
            if (round > 0) {
                ratios[round - 1] = relayed / sent;
            }
        }
        Arrays.sort(ratios);
        say("ratio, min / median / max: %.2f / %.2f / %.2f"
                .formatted(ratios[0], ratios[ROUNDS / 2], ratios[ROUNDS - 1]));
    }

    /** Time from unpublished rows until all are marked, by the relay of the running service. */
    private double relayed() {
        rows.change(
                "UPDATE oauth_outbox_relay SET owner = :other, epoch = epoch + 1, lease_until = 'infinity'",
                Map.of("other", OTHER));
        rows.change("TRUNCATE oauth_outbox", Map.of());
        rows.change("""
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at)
                SELECT gen_random_uuid(), i, 1, :type, jsonb_set(:data::jsonb, '{installation_id}', to_jsonb(i::text)),
                    clock_timestamp()
                FROM (SELECT gen_random_uuid() AS i FROM generate_series(1, :events)) ids
                """, Map.of("type", TokenRefreshed.TYPE, "data", json(UUID.randomUUID()), "events", EVENTS));
        rows.change("ANALYZE oauth_outbox", Map.of());
        long start = System.nanoTime();
        new RelayLease(database, OTHER, PATIENCE).release().block();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> rows.value("SELECT EXISTS (SELECT FROM oauth_outbox WHERE published_at IS NULL)", Map.of())
                        .equals("false"));
        return perSecond(start);
    }

    private double sent() {
        var factory = new DefaultKafkaProducerFactory<byte[], byte[]>(kafka.buildProducerProperties());
        try {
            KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(factory);
            send(template, 1);
            long start = System.nanoTime();
            for (int i = 0; i < EVENTS; i += properties.batch()) {
                send(template, properties.batch());
            }
            return perSecond(start);
        } finally {
            factory.destroy();
        }
    }

    private static void send(KafkaTemplate<byte[], byte[]> template, int count) {
        List<CompletableFuture<?>> futures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            UUID id = UUID.randomUUID();
            futures.add(template.send(record(id, json(id))));
        }
        futures.forEach(CompletableFuture::join);
    }

    private static ProducerRecord<byte[], byte[]> record(UUID id, String json) {
        var record = new ProducerRecord<byte[], byte[]>(InstallationEvent.TOPIC, bytes(id.toString()), bytes(json));
        record.headers()
                .add("ce_id", bytes(id.toString()))
                .add("ce_source", bytes("http://127.0.0.1:8010"))
                .add("ce_type", bytes(TokenRefreshed.TYPE))
                .add("ce_specversion", bytes("1.0"))
                .add("ce_time", bytes(Instant.now().toString()))
                .add("content-type", bytes("application/json"));
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As long as an event of this type is. */
    private static String json(UUID id) {
        return """
                {"installation_id":"%s","platform":"github","organisation":{"id":"1001","name":"Acme","url":null},\
                "sequence":1,"occurred_at":"2026-03-01T12:00:00.123456Z","cause":"expiring","token_version":7,\
                "expires_at":"2026-03-01T13:00:00.123456Z","fingerprint":"sha256:0123456789abcdef0123456789abcdef"}
                """.formatted(id).strip();
    }

    private static double perSecond(long start) {
        return EVENTS / ((System.nanoTime() - start) / 1e9);
    }

    @Test
    void measureCommitToConsumerWhenIdle() {
        UUID installation = UUID.randomUUID();
        double[] millis = new double[IDLE_EVENTS];
        try (KafkaEvents events = new KafkaEvents(bootstrap, installation.toString())) {
            for (int i = -50; i < IDLE_EVENTS; i++) {
                long sequence = i + 51L;
                outbox.append(event(installation, sequence)).block(PATIENCE);
                long committed = System.nanoTime();
                events.await((int) sequence);
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - committed) / 1e6;
                }
            }
        }
        Arrays.sort(millis);
        say("commit to consumer when idle, ms: p50 %.1f, p90 %.1f, p99 %.1f, max %.1f"
                .formatted(
                        millis[IDLE_EVENTS / 2],
                        millis[IDLE_EVENTS * 90 / 100],
                        millis[IDLE_EVENTS * 99 / 100],
                        millis[IDLE_EVENTS - 1]));
    }

    private static InstallationEvent event(UUID installation, long sequence) {
        return new TokenRefreshed(
                installation,
                "github",
                null,
                sequence,
                Instant.now(),
                TokenRefreshed.Cause.EXPIRING,
                sequence,
                null,
                "sha256:0123456789abcdef0123456789abcdef",
                null);
    }

    private static void say(String line) {
        System.out.println("bench: " + line);
    }
}
