package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import io.oauthservice.startup.DatabaseFailures;
import io.oauthservice.startup.SettingException;
import io.oauthservice.startup.StartWait;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A known value stored under each vault's key. A process that cannot decrypt it has the wrong key, and must not start. */
final class VaultCanary {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    // What databases hold: never to be changed.
    private static final Secret KNOWN = Secret.of("the canary sings");
    private static final String WRONG_KEY = "names another key than the one this database was written with";

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
     * Whether the database may hold anything that only this vault can decrypt. The canary is stored before the first
     * ciphertext, and removed after the last: this costs the same however much is stored.
     */
    boolean exists(String vault) {
        return await(stored(vault)).isPresent();
    }

    /** Stores the canary of the vault that encrypts where there is none, and verifies it. */
    void check(KeyedVault vault, String setting) {
        await(vault.encrypt(KNOWN, place(vault)).flatMap(ciphertext -> put(vault, ciphertext)));
        verify(vault, setting);
    }

    /** Verifies the canary of a vault that only reads, where it has one. */
    void verify(KeyedVault vault, String setting) {
        if (!await(isReadableBy(vault)).orElse(false)) {
            throw new SettingException(setting, WRONG_KEY);
        }
    }

    private Mono<Boolean> isReadableBy(KeyedVault vault) {
        return stored(vault.name())
                .flatMap(ciphertext -> vault.decrypt(ciphertext, place(vault)))
                .map(KNOWN::equals)
                .onErrorResume(VaultCanary::isRefusal, refusal -> Mono.just(false))
                .defaultIfEmpty(true);
    }

    /** Waits for the database, and for the key service, which may have answered before. */
    private static <T> Optional<T> await(Mono<T> attempt) {
        try {
            return StartWait.until(
                    "PostgreSQL or the key service",
                    () -> attempt.timeout(LIMIT).blockOptional(),
                    VaultCanary::mayEnd);
        } catch (VaultException e) {
            throw new SettingException(
                    "VAULT_ADDR", "names a key service that does not serve us: " + e.getMessage(), e);
        } catch (SettingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw DatabaseFailures.asSetting(e);
        }
    }

    private static boolean mayEnd(Throwable failure) {
        return failure instanceof VaultException ? !isRefusal(failure) : DatabaseFailures.isTransient(failure);
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof VaultException && !(failure instanceof VaultException.Outage);
    }

    /**
     * After a rewrap: under the newest key, and removed where it belongs to a vault that nothing is left of.
     *
     * @param left the names of the vaults whose ciphertexts the rewrap has left as they were
     */
    Mono<Void> rewrap(KeyedVault writer, List<KeyedVault> readers, Set<String> left) {
        Mono<Void> renewed = stored(writer.name()).flatMap(read -> renewed(writer, read));
        return Flux.fromIterable(readers)
                .filter(reader -> !reader.equals(writer) && !left.contains(reader.name()))
                .concatMap(reader -> remove(reader.name()))
                .then(renewed);
    }

    private Mono<Void> renewed(KeyedVault vault, String read) {
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

    private Mono<String> stored(String vault) {
        return database.sql(READ)
                .bind("vault", vault)
                .map(row -> Objects.requireNonNull(row.get("ciphertext", String.class)))
                .one();
    }

    private static Place place(KeyedVault vault) {
        return new Place("oauth_vault_canary", vault.name(), "ciphertext");
    }
}
