package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.EventStream;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The access file of a running service, mounted as Kubernetes does: {@code access.yml → ..data/access.yml}. */
@TestPropertySource(properties = "oauth.tokens.cache-size=100")
class AccessFileTest extends ServiceTestBase {

    private static final Duration ADOPTED_WITHIN = Duration.ofSeconds(20);
    private static final Duration PER_BYTE = Duration.ofMillis(2);

    @TempDir
    private static Path directory;

    @Autowired
    private Callers callers;

    @Autowired
    @Qualifier("accessFileLoop")
    private BackgroundLoop polling;

    private final Queue<Answer> rejected = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    @DynamicPropertySource
    static void file(DynamicPropertyRegistry properties) throws IOException {
        swap(client("stays"));
        Files.createSymbolicLink(directory.resolve("access.yml"), Path.of("..data/access.yml"));
        properties.add("oauth.access.file", () -> directory.resolve("access.yml"));
    }

    @BeforeEach
    void connect() {
        connect(ACME);
    }

    /** Its key is its name. */
    private static String client(String name, String... more) {
        return """
                  %s:
                    keys: [{sha256: %s}]
                    permissions: [tokens:read:github]
                %s""".formatted(name, Secret.of(name).sha256(), String.join("", more));
    }

    private static void swap(String clients) throws IOException {
        Path version = Files.createTempDirectory(directory, "..version");
        Files.writeString(version.resolve("access.yml"), "clients:\n" + clients);
        Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), version.getFileName());
        Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** As an editor does that truncates first. */
    private static void rewriteByteByByte(String clients) throws IOException {
        byte[] text = ("clients:\n" + clients).getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(
                directory.resolve("access.yml"), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (byte next : text) {
                channel.write(ByteBuffer.wrap(new byte[] {next}));
                LockSupport.parkNanos(PER_BYTE.toNanos());
            }
        }
    }

    private int status(String key) {
        return new Service(http, key).token(ACME).status();
    }

    private void awaitStatus(String key, int status) {
        awaitAdopted(() -> status(key) == status);
    }

    /** Does not wait for the interval between two reads of the file. */
    private void awaitAdopted(BooleanSupplier adopted) {
        Awaitility.await().atMost(ADOPTED_WITHIN).until(() -> {
            polling.wake();
            return adopted.getAsBoolean();
        });
    }

    @Test
    void aClientOfBothVersionsIsNeverRejected() throws Exception {
        awaitStatus("stays", 200);
        try (ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                load.execute(this::readUntilStopped);
            }
            try {
                rewriteByteByByte(client("first") + client("stays"));
                awaitStatus("first", 200);
                swap(client("stays") + client("second"));
                awaitStatus("second", 200);
                assertThat(status("first")).isEqualTo(401);
                rewriteByteByByte(client("stays"));
                awaitStatus("second", 401);
            } finally {
                stopped = true;
            }
        }
        assertThat(rejected).isEmpty();
    }

    private void readUntilStopped() {
        Service stays = new Service(http, "stays");
        while (!stopped) {
            Answer answer = stays.token(ACME);
            if (answer.status() != 200) {
                rejected.add(answer);
            }
        }
    }

    @Test
    void aStreamFollowsItsClient() throws Exception {
        swap(client("stays") + viewer("9001", "9002"));
        awaitAdopted(() -> listStatus("viewer") == 200);
        try (EventStream stream = new EventStream(base, "", "viewer", null)) {
            stream.next("ready");

            swap(client("stays") + viewer("9001"));
            assertThat(stream.next("reset").name()).as("sees less now").isEqualTo("reset");

            swap(client("stays"));
            awaitAdopted(() -> listStatus("viewer") == 401);
            assertThat(stream.next("end").data()).isEqualTo("{\"reason\":\"revoked\"}");
            stream.next("closed");
        }
    }

    private static String viewer(String... organisations) {
        return """
                  viewer:
                    keys: [{sha256: %s}]
                    permissions: [installations:read]
                    organisations: ['%s']
                """.formatted(Secret.of("viewer").sha256(), String.join("', '", organisations));
    }

    private int listStatus(String key) {
        return new Service(http, key).get("/oauth/installations").status();
    }

    @Test
    void aKeyExpiresWhileItIsInUse() throws IOException {
        Instant end = Instant.now().plusSeconds(6);
        swap(client("stays")
                + """
                  rotating:
                    display-name: Search indexer
                    keys:
                      - {sha256: %s, expires-at: %s}
                      - {sha256: %s}
                    permissions: [tokens:read:github]
                """.formatted(Secret.of("old").sha256(), end, Secret.of("new").sha256()));
        awaitStatus("old", 200);
        assertThat(callers.displayName("rotating")).isEqualTo("Search indexer");
        assertThat(callers.displayName("stays")).isEqualTo("stays");

        while (Instant.now().isBefore(end.minusSeconds(1))) {
            assertThat(status("old")).isEqualTo(200);
        }
        Awaitility.await().until(() -> Instant.now().isAfter(end));

        assertThat(status("old")).isEqualTo(401);
        assertThat(status("new")).isEqualTo(200);
    }

    @Test
    void theMetricsHaveTheNamesOfTheRunbook(@Value("${local.management.port}") int port) throws IOException {
        swap(client("limited", "    requests-per-second: 10\n")
                + client("expiring").replace("}]", ", expires-at: 2127-03-01T00:00:00Z}]"));
        awaitStatus("limited", 200);
        WebTestClient management =
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();

        Awaitility.await()
                .untilAsserted(() -> assertThat(management
                                .get()
                                .uri("/actuator/prometheus")
                                .exchange()
                                .expectBody(String.class)
                                .returnResult()
                                .getResponseBody())
                        .contains("oauth_access_file_valid 1.0")
                        .contains("oauth_access_file_info{sha256=\"")
                        .contains("oauth_access_rate_limited_total{client=\"limited\"}")
                        .contains("oauth_access_key_expires_seconds{client=\"expiring\",key=\""
                                + Secret.of("expiring").sha256().substring(0, 8) + "\"}"));
    }

    @Test
    void aClientOfTheFileHasACeiling() throws IOException {
        swap(client("stays") + client("low", "    github: {permissions: [contents:read]}\n"));
        awaitStatus("low", 200);

        assertThat(new Service(http, "low").token(ACME).body())
                .containsEntry("permissions", Map.of("contents", "read", "metadata", "read"));
    }
}
