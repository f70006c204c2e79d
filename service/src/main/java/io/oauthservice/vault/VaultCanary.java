package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A known value, stored under each vault's key. A process that cannot decrypt it has the wrong key and must not start.
 */
final class VaultCanary {

    /** Databases contain this value: it must never change (glossary, older terms). */
    private static final Secret CANARY_PLAINTEXT = Secret.of("the canary sings");

    private static final String WRONG_KEY = "names a different key than the one that this database was encrypted with";

    private static final String READ = "SELECT ciphertext FROM oauth_vault_canary WHERE vault = :vault";

    private static final String REMOVE = "DELETE FROM oauth_vault_canary WHERE vault = :vault";

    private static final String PUT =
            "INSERT INTO oauth_vault_canary (vault, ciphertext) VALUES (:vault, :ciphertext) ON CONFLICT DO NOTHING";

    private static final String REPLACE =
            "UPDATE oauth_vault_canary SET ciphertext = :ciphertext WHERE vault = :vault AND ciphertext = :read";

    private final DatabaseClient database;

    VaultCanary(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Whether the database may hold ciphertexts of this vault. The canary is stored before the first ciphertext and
     * removed after the last one, so that no start has to read the ciphertexts themselves.
     */
    boolean exists(String vault) {
        return VaultStart.await(findStored(vault)).isPresent();
    }

    /**
     * Verifies the vault's canary. Without a canary, a vault that encrypts stores one, and any other vault passes.
     *
     * @param setting the setting that names the vault's key
     */
    void verify(KeyedVault vault, boolean encrypts, String setting) {
        if (encrypts) {
            VaultStart.await(
                    vault.encrypt(CANARY_PLAINTEXT, place(vault)).flatMap(ciphertext -> put(vault, ciphertext)));
        }
        if (!VaultStart.await(matches(vault)).orElse(false)) {
            throw new SettingException(setting, WRONG_KEY);
        }
    }

    private Mono<Boolean> matches(KeyedVault vault) {
        return findStored(vault.name())
                .flatMap(ciphertext -> vault.decrypt(ciphertext, place(vault)))
                .map(CANARY_PLAINTEXT::equals)
                .onErrorResume(VaultException.Rejected.class, rejected -> Mono.just(false))
                .defaultIfEmpty(true);
    }

    /**
     * Completes a rewrap: rewraps the writer's canary, and removes the canaries of readers without ciphertexts.
     *
     * @param left the names of the vaults that still have ciphertexts
     */
    Mono<Void> rewrap(KeyedVault writer, List<KeyedVault> readers, Set<String> left) {
        Mono<Void> replaced = findStored(writer.name()).flatMap(read -> replace(writer, read));
        return Flux.fromIterable(readers)
                .filter(reader -> !reader.equals(writer) && !left.contains(reader.name()))
                .concatMap(reader -> remove(reader.name()))
                .then(replaced);
    }

    private Mono<Void> replace(KeyedVault vault, String read) {
        return vault.rewrap(List.of(new Ciphertext(read, place(vault))))
                .map(outcomes -> outcomes.getFirst().orThrow())
                .flatMap(ciphertext -> database.sql(REPLACE)
                        .bind("vault", vault.name())
                        .bind("ciphertext", ciphertext)
                        .bind("read", read)
                        .then());
    }

    private Mono<Void> remove(String vault) {
        return database.sql(REMOVE).bind("vault", vault).then();
    }

    private Mono<Void> put(KeyedVault vault, String ciphertext) {
        return database.sql(PUT)
                .bind("vault", vault.name())
                .bind("ciphertext", ciphertext)
                .then();
    }

    private Mono<String> findStored(String vault) {
        return database.sql(READ)
                .bind("vault", vault)
                .map(row -> Objects.requireNonNull(row.get("ciphertext", String.class)))
                .one();
    }

    private static Place place(KeyedVault vault) {
        return new Place("oauth_vault_canary", vault.name(), "ciphertext");
    }
}
