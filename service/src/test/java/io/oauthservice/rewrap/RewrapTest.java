package io.oauthservice.rewrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.ResetExtension;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.core.Secret;
import io.oauthservice.local.KeyService;
import io.oauthservice.local.NeedsVault;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.github.GitHubApp;
import io.oauthservice.vault.TokenVault;
import io.oauthservice.vault.TokenVault.Place;
import io.oauthservice.vault.TokenVault.Plaintext;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The whole service on a real key service, set up as deploy/openbao does it: grants stored under a key that never
 * leaves it, the App's JWT signed there, and what is stored rewrapped under newer keys.
 */
@NeedsVault
@ServiceTest(
        properties = {
            "oauth.tokens.cache-size=0",
            "oauth.rewrap.look-every=200ms",
            "oauth.rewrap.batch=50",
            "oauth.vault.transit.time-limit=10s",
            "GITHUB_PRIVATE_KEY_PATH=",
            "GITHUB_PRIVATE_KEY_IN_VAULT=" + KeyService.APP_KEY,
            // The key is lister-key.
            "oauth.access.clients.lister.key-sha256=eca92fa5e69858e6311b759eb2cabd3d54ce1d4933e7614a7c0f7708ecd5d531",
            "oauth.access.clients.lister.permissions=installations:read"
        })
@ExtendWith(ResetExtension.class)
class RewrapTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String REWRAP = "/oauth/operations/rewrap";
    private static final String ACCESS = "access_token_encrypted";

    /** Everything of a row but its ciphertexts. */
    private static final String ALL_ELSE = """
            SELECT md5(string_agg((to_jsonb(i) - 'access_token_encrypted' - 'refresh_token_encrypted')::text, ''
                ORDER BY id)) FROM oauth_installations i
            """;

    private static final class Keys {
        static final KeyService SERVICE = KeyService.start();
    }

    @DynamicPropertySource
    static void onTheKeyService(DynamicPropertyRegistry properties) {
        Keys.SERVICE.register(properties);
    }

    private static final AtomicBoolean IMPORTED = new AtomicBoolean();

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private TokenVault vault;

    @Autowired
    private Sandbox sandbox;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private Service service;
    private Rows rows;

    @BeforeEach
    void importTheAppsKey() throws GeneralSecurityException {
        service = new Service(http);
        rows = new Rows(database);
        if (!IMPORTED.getAndSet(true)) {
            Keys.SERVICE.importAppKey(sandbox.app(GitHubApp.class).privateKeyPem());
        }
    }

    private String connect(String account) {
        new Browser().connect(base, "github", account);
        return service.token(account).text("installation_id");
    }

    /** Stores installations with tokens under the current key, and returns the number of ciphertexts. */
    private int store(int count) {
        List<UUID> ids =
                IntStream.range(0, count).mapToObj(i -> UUID.randomUUID()).toList();
        List<Plaintext> plaintexts = ids.stream()
                .flatMap(id -> Stream.of(ACCESS, "refresh_token_encrypted")
                        .map(column -> new Plaintext(
                                Secret.of(column + " of " + id),
                                new Place("oauth_installations", id.toString(), column))))
                .toList();
        List<String> texts = vault.encrypt(plaintexts).blockOptional().orElseThrow();
        database.sql("""
                INSERT INTO oauth_installations (id, platform, grant_key, status, access_token_encrypted,
                    refresh_token_encrypted, token_version)
                SELECT id, 'github', id::text, 'suspended', access, refresh, 7
                FROM unnest(:ids::uuid[], :access::text[], :refresh::text[]) AS t (id, access, refresh)
                """)
                .bind("ids", ids.toArray(UUID[]::new))
                .bind("access", every(texts, 0))
                .bind("refresh", every(texts, 1))
                .then()
                .block();
        return 2 * count;
    }

    private static String[] every(List<String> texts, int offset) {
        return IntStream.range(0, texts.size() / 2)
                .mapToObj(i -> texts.get(2 * i + offset))
                .toArray(String[]::new);
    }

    private Answer rewrapped() {
        Answer begun = service.post(REWRAP);
        assertThat(begun.status()).isEqualTo(202);
        Awaitility.await()
                .atMost(SOON)
                .until(() -> service.get(REWRAP).text("status").equals("done"));
        return service.get(REWRAP);
    }

    @Test
    void aGrantIsStoredUnderAKeyThatNeverLeavesAndTheAppSignsThere() {
        String id = connect("9001");

        assertThat(rows.column(id, ACCESS)).matches("vault:v\\d+:.*");
        assertThat(service.token("9001").status()).isEqualTo(200);
        assertThat(service.token("9001").text("access_token")).startsWith("ghs_");
    }

    @Test
    void afterARotationEveryCiphertextIsRewrappedAndNothingElseChanges() {
        connect("9001");
        int ciphertexts = 1 + store(120);
        String before = rows.value(ALL_ELSE, Map.of());
        String events = rows.value("SELECT count(*) FROM oauth_outbox", Map.of());
        Keys.SERVICE.rotate();

        Answer end = rewrapped();

        String current = end.text("current_key");
        assertThat(end.body().get("ciphertexts")).isEqualTo(Map.of(current, ciphertexts));
        assertThat(end.body()).containsEntry("rewrapped", ciphertexts).containsEntry("unreadable", 0);
        assertThat(rows.value(ALL_ELSE, Map.of())).isEqualTo(before);
        assertThat(rows.value("SELECT count(*) FROM oauth_outbox", Map.of())).isEqualTo(events);
        assertThat(rows.value("SELECT ciphertext FROM oauth_vault_canary WHERE vault = 'transit'", Map.of()))
                .startsWith(current + ":");
        assertThat(service.token("9001").status()).isEqualTo(200);
    }

    @Test
    void readsAndRefreshesSucceedMeanwhile() {
        String id = connect("9001");
        store(400);
        Keys.SERVICE.rotate();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<List<Integer>> reads = CompletableFuture.supplyAsync(() -> Stream.generate(() -> {
                    rows.leaveTokenOnly(id, Duration.ofSeconds(1));
                    return service.token("9001").status();
                })
                .takeWhile(status -> !over.get())
                .toList());

        Answer end = rewrapped();
        over.set(true);

        assertThat(reads.join()).isNotEmpty().containsOnly(200);
        assertThat(end.body().get("ciphertexts")).isEqualTo(Map.of(end.text("current_key"), 801));
    }

    @Test
    void anUnreadableCiphertextIsCountedAndLeftAsItIs() {
        store(60);
        String broken = rows.insert("github", "9003", "initech", "active");
        rows.change(
                "UPDATE oauth_installations SET access_token_encrypted = 'vault:v1:AAAA' WHERE id = :id::uuid",
                Map.of("id", broken));
        Keys.SERVICE.rotate();

        Answer end = rewrapped();

        assertThat(end.body()).containsEntry("rewrapped", 120).containsEntry("unreadable", 1);
        assertThat(rows.column(broken, ACCESS)).isEqualTo("vault:v1:AAAA");
        assertThat(service.token("9003").problem()).isEqualTo("storage-unavailable");
    }

    @Test
    void pendingRevocationsAreRewrappedToo() {
        String id = connect("9001");
        rows.change("""
                INSERT INTO oauth_revocations (installation_id, access_token_encrypted, next_attempt_at)
                SELECT id, access_token_encrypted, 'infinity' FROM oauth_installations WHERE id = :id::uuid
                """, Map.of("id", id));
        Keys.SERVICE.rotate();

        Answer end = rewrapped();

        assertThat(rows.value(
                        "SELECT access_token_encrypted FROM oauth_revocations WHERE installation_id = :id::uuid",
                        Map.of("id", id)))
                .startsWith(end.text("current_key") + ":");
    }

    /** The row as a replica leaves it that was killed in the middle: half done, its lease running. */
    @Test
    void anotherReplicaContinuesWhereAKilledOneStopped() {
        store(100);
        Keys.SERVICE.rotate();
        String middle = rows.value("SELECT id FROM oauth_installations ORDER BY id OFFSET 59 LIMIT 1", Map.of());
        rows.change("""
                UPDATE oauth_rewrap SET run = run + 1, started_at = now(), target = 'vault:oauth-service', finished_at = NULL, rewrapped = 60,
                    at_column = 'oauth_installations.refresh_token_encrypted', after_row = :middle::uuid,
                    passed_over = 0, unreadable = 0, owner = 'dead', lease_until = now() + interval '2 seconds'
                """, Map.of("middle", middle));

        Awaitility.await()
                .atMost(SOON)
                .until(() -> service.get(REWRAP).text("status").equals("done"));

        Answer end = service.get(REWRAP);
        assertThat(end.body()).containsEntry("rewrapped", 100);
        assertThat(remaining()).isEqualTo(160);
    }

    @Test
    void aLockedRowDelaysNothingAndIsRewrappedInTheNextPass() {
        store(60);
        Keys.SERVICE.rotate();
        String id = rows.value("SELECT id FROM oauth_installations ORDER BY id LIMIT 1", Map.of());
        try (LockedRow lock = LockedRow.lock(database, id)) {
            service.post(REWRAP);
            Awaitility.await().atMost(SOON).until(() -> remaining() == 2);
            assertThat(service.get(REWRAP).text("status")).isEqualTo("running");
            assertThat(lock).isNotNull();
        }

        Awaitility.await()
                .atMost(SOON)
                .until(() -> service.get(REWRAP).text("status").equals("done"));

        assertThat(remaining()).isZero();
    }

    /** How many stored ciphertexts are not encrypted under the current key. */
    private int remaining() {
        String sql = """
                SELECT count(*) FROM oauth_installations,
                    LATERAL (VALUES (access_token_encrypted), (refresh_token_encrypted)) c (ciphertext)
                WHERE ciphertext NOT LIKE :current || ':%'
                """;
        return Integer.parseInt(
                rows.value(sql, Map.of("current", service.get(REWRAP).text("current_key"))));
    }

    @Test
    void itRequiresItsOwnPermission() {
        Service lister = new Service(http, "lister-key");

        assertThat(lister.post(REWRAP).status()).isEqualTo(403);
        assertThat(lister.get(REWRAP).status()).isEqualTo(403);
        assertThat(new Service(http, "no-key").post(REWRAP).status()).isEqualTo(401);
    }
}
