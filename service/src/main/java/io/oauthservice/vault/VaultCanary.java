package io.oauthservice.vault;

import io.oauthservice.provider.Secret;
import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.TokenVault.Place;
import java.time.Duration;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** A known value stored under the vault's key. Whoever cannot read it holds the wrong key, and must not start. */
final class VaultCanary {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Secret SONG = Secret.of("the canary sings");

    private static final String READ = "SELECT ciphertext FROM oauth_vault_canary WHERE vault = :vault";

    private static final String PUT =
            "INSERT INTO oauth_vault_canary (vault, ciphertext) VALUES (:vault, :ciphertext) ON CONFLICT DO NOTHING";

    private static final String ANY_CIPHERTEXT = """
            SELECT EXISTS (SELECT FROM oauth_vault_canary WHERE vault = :vault)
                OR EXISTS (SELECT FROM oauth_installations WHERE access_token_encrypted LIKE :prefix)
                OR EXISTS (SELECT FROM oauth_revocations WHERE access_token_encrypted LIKE :prefix) AS found
            """;

    private final DatabaseClient database;
    private final String vault;

    VaultCanary(DatabaseClient database, String vault) {
        this.database = database;
        this.vault = vault;
    }

    /** Whether the database holds anything that only this vault's present key can open. */
    boolean guardsSomething(String prefix) {
        return Boolean.TRUE.equals(database.sql(ANY_CIPHERTEXT)
                .bind("vault", vault)
                .bind("prefix", prefix + "%")
                .map(row -> Objects.requireNonNull(row.get("found", Boolean.class)))
                .one()
                .block(LIMIT));
    }

    /** Puts the canary where there is none, and listens to it. */
    void check(TokenVault key, String setting) {
        try {
            boolean sings = key.encrypt(SONG, place())
                    .flatMap(this::put)
                    .then(stored())
                    .flatMap(ciphertext -> key.decrypt(ciphertext, place()))
                    .blockOptional(LIMIT)
                    .filter(SONG::equals)
                    .isPresent();
            if (!sings) {
                throw new SettingException(setting, "names another key than the one this database was written with");
            }
        } catch (VaultException e) {
            throw new SettingException(setting, "names another key than the one this database was written with", e);
        }
    }

    private Mono<Void> put(String ciphertext) {
        return database.sql(PUT)
                .bind("vault", vault)
                .bind("ciphertext", ciphertext)
                .then();
    }

    private Mono<String> stored() {
        return database.sql(READ)
                .bind("vault", vault)
                .map(row -> Objects.requireNonNull(row.get("ciphertext", String.class)))
                .one();
    }

    private Place place() {
        return new Place("oauth_vault_canary", vault, "ciphertext");
    }
}
