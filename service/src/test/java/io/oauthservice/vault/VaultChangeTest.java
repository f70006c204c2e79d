package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.core.Secret;
import io.oauthservice.local.LocalVault;
import io.oauthservice.local.NeedsVault;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.rewrap.RewrapRun;
import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import io.oauthservice.vault.TokenVault.Plaintext;
import io.oauthservice.vault.VaultProperties.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * The change from the local keyset to a real key service and back, with replicas that are restarted one after the other
 * with other settings.
 */
@NeedsVault
@ServiceTest(properties = {"oauth.tokens.cache-size=0", "oauth.rewrap.look-every=1h"})
class VaultChangeTest {

    private static final String ACCESS = "access_token_encrypted";
    private static final int ROWS = 20;

    private final LocalVault server = LocalVault.get();
    private final String mount = server.newEngine(Transit.KEY);
    private final Transit transit = Transit.to(server.address(), Map.of("mount", mount, "token", LocalVault.ROOT));

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ObjectProvider<EncryptedColumn> columns;

    @Value("${OAUTH_KEYSET_PATH}")
    private Path keyset;

    private final List<Place> places = new ArrayList<>();

    @BeforeEach
    void storeTokensUnderTheKeyset() {
        // A ciphertext that another test left, and that no key here can read, would make every rewrap incomplete.
        columns().stream()
                .map(EncryptedColumn::table)
                .distinct()
                .forEach(table -> database.sql("DELETE FROM " + table).then().block());
        database.sql("DELETE FROM oauth_vault_canary WHERE vault = 'transit'")
                .then()
                .block();
        store(replica(Kind.KEYSET, false));
    }

    @AfterEach
    void close() {
        transit.close();
    }

    /** Starts the vaults of a replica with the given settings. */
    private Vaults replica(Kind writes, boolean knowsTransit) {
        return replica(writes, knowsTransit, keyset);
    }

    private Vaults replica(@Nullable Kind writes, boolean knowsTransit, Path file) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        if (knowsTransit) {
            beans.addBean("calls", transit.calls());
        }
        TransitProperties settings =
                Transit.settings(knowsTransit ? server.address() : "", Map.of("key", Transit.KEY, "mount", mount));
        return new VaultConfiguration()
                .vaults(
                        new VaultProperties(writes, file, false),
                        settings,
                        beans.getBeanProvider(TransitCalls.class),
                        database,
                        new MockEnvironment());
    }

    private void replicaOf(String engine) {
        try (Transit other = Transit.to(server.address(), Map.of("mount", engine, "token", LocalVault.ROOT))) {
            new VaultCanary(database).verify(other.vault(), true, "VAULT_TRANSIT_KEY");
        }
    }

    private void store(TokenVault vault) {
        IntStream.range(places.size(), places.size() + ROWS).forEach(i -> {
            Place place = new Place("oauth_installations", UUID.randomUUID().toString(), ACCESS);
            String text = vault.encrypt(token(i), place).blockOptional().orElseThrow();
            places.add(place);
            database.sql("""
                    INSERT INTO oauth_installations (id, platform, grant_key, status, access_token_encrypted)
                    VALUES (:id::uuid, 'github', :id, 'suspended', :text)
                    """).bind("id", place.row()).bind("text", text).then().block();
        });
    }

    private static Secret token(int i) {
        return Secret.of("token " + i);
    }

    private void requireAllReadableBy(TokenVault vault) {
        List<Ciphertext> stored = places.stream()
                .map(place -> new Ciphertext(stored(place), place))
                .toList();
        assertThat(vault.decrypt(stored).block())
                .isEqualTo(IntStream.range(0, places.size())
                        .mapToObj(VaultChangeTest::token)
                        .toList());
    }

    private String stored(Place place) {
        return database.sql("SELECT access_token_encrypted AS text FROM oauth_installations WHERE id = :id::uuid")
                .bind("id", place.row())
                .map(row -> String.valueOf(row.get("text", String.class)))
                .one()
                .blockOptional()
                .orElseThrow();
    }

    private Map<String, Long> rewrappedBy(Vaults keys) {
        return RewrapRun.run(database, keys, columns());
    }

    private List<EncryptedColumn> columns() {
        return columns.orderedStream().toList();
    }

    @Test
    void ciphertextsAreRewrappedBetweenTwoVaultsWhileBothAreRead() {
        Vaults readsBoth = replica(Kind.KEYSET, true);
        Vaults moved = replica(Kind.TRANSIT, true);
        store(moved);

        requireAllReadableBy(readsBoth);
        requireAllReadableBy(moved);
        assertThat(rewrappedBy(moved)).isEqualTo(Map.of("vault:v1", 2L * ROWS));
        requireAllReadableBy(readsBoth);

        Vaults back = replica(Kind.KEYSET, true);
        assertThat(rewrappedBy(back)).hasSize(1).containsValue(2L * ROWS);
        requireAllReadableBy(replica(Kind.KEYSET, false));
    }

    @Test
    void theKeysetIsNotRequiredAfterACompleteRewrap() throws IOException {
        Path taken = Files.createTempDirectory(server.home(), "taken").resolve("keyset.json");
        assertThatThrownBy(() -> replica(Kind.TRANSIT, true, taken))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(
                        "OAUTH_KEYSET_PATH names no file, but the database was encrypted with a keyset");

        rewrappedBy(replica(Kind.TRANSIT, true));

        requireAllReadableBy(replica(null, true, taken));
        assertThat(taken).doesNotExist();
        assertThatThrownBy(() -> replica(null, false, keyset))
                .isInstanceOf(SettingException.class)
                .hasMessage("VAULT_ADDR is missing, but the database was encrypted with a key service");
    }

    @Test
    void aKeysetIsRequiredWhileCiphertextsOfItAreLeft() throws IOException {
        database.sql("""
                INSERT INTO oauth_installations (id, platform, grant_key, status, access_token_encrypted)
                VALUES (gen_random_uuid(), 'github', 'unreadable', 'suspended', 'tink:v1:AAAAAAA')
                """).then().block();
        Path taken = Files.createTempDirectory(server.home(), "taken").resolve("keyset.json");

        rewrappedBy(replica(Kind.TRANSIT, true));

        assertThatThrownBy(() -> replica(Kind.TRANSIT, true, taken))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(
                        "OAUTH_KEYSET_PATH names no file, but the database was encrypted with a keyset");
    }

    @Test
    void twoReplicasCanRewrapConcurrently() {
        Vaults moved = replica(Kind.TRANSIT, true);
        Thread other = Thread.ofPlatform().start(() -> rewrappedBy(moved));

        Map<String, Long> counts = rewrappedBy(moved);

        assertThat(counts).isEqualTo(Map.of("vault:v1", (long) ROWS));
        requireAllReadableBy(moved);
        join(other);
    }

    @Test
    void aReplicaWithTheOldVaultDoesNotUndoTheRewrap() {
        Vaults moved = replica(Kind.TRANSIT, true);
        Vaults notYetRestarted = replica(Kind.KEYSET, true);

        try (RewrapRun.Bystander bystander = RewrapRun.bystander(database, notYetRestarted, columns())) {
            assertThat(rewrappedBy(moved)).isEqualTo(Map.of("vault:v1", (long) ROWS));
            assertThat(bystander.rewrapped()).isZero();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aMixedBatchIsReturnedInOrder() {
        Vaults both = replica(Kind.TRANSIT, true);
        Place place = new Place("t", "r", "c");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            TokenVault vault = i % 3 == 0 ? replica(Kind.KEYSET, true) : both;
            texts.addAll(vault.encrypt(List.of(new Plaintext(token(i), place)))
                    .blockOptional()
                    .orElseThrow());
        }

        List<Secret> opened = both.decrypt(
                        texts.stream().map(text -> new Ciphertext(text, place)).toList())
                .block();

        assertThat(opened)
                .isEqualTo(
                        IntStream.range(0, 10).mapToObj(VaultChangeTest::token).toList());
    }

    @Test
    void anotherEngineIsRejected() {
        replica(Kind.TRANSIT, true);
        String another = server.newEngine(Transit.KEY);

        assertThatThrownBy(() -> replicaOf(another))
                .isInstanceOf(SettingException.class)
                .hasMessage(
                        "VAULT_TRANSIT_KEY names a different key than the one that this database was encrypted with");
    }
}
