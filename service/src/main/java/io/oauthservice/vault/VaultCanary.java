package io.oauthservice.vault;

import io.oauthservice.provider.Secret;
import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A known value stored under each vault's key. Whoever cannot read it holds the wrong key, and must not start. */
final class VaultCanary {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Secret SONG = Secret.of("the canary sings");
    private static final String WRONG_KEY = "names another key than the one this database was written with";

    private static final String READ = "SELECT ciphertext FROM oauth_vault_canary WHERE vault = :vault";

    private static final String PUT =
            "INSERT INTO oauth_vault_canary (vault, ciphertext) VALUES (:vault, :ciphertext) ON CONFLICT DO NOTHING";

    private static final String REPLACE =
            "UPDATE oauth_vault_canary SET ciphertext = :ciphertext WHERE vault = :vault AND ciphertext = :read";

    private final DatabaseClient database;
    private final String anyCiphertext;

    VaultCanary(DatabaseClient database, List<EncryptedColumn> columns) {
        this.database = database;
        this.anyCiphertext = columns.stream()
                .map(column ->
                        "EXISTS (SELECT FROM %s WHERE %s LIKE :prefix)".formatted(column.table(), column.column()))
                .collect(Collectors.joining(" OR ", "(false OR ", ")"));
    }

    /** Whether the database holds anything that only this vault can open. */
    boolean guardsSomething(String vault, String prefix) {
        String question =
                "SELECT EXISTS (SELECT FROM oauth_vault_canary WHERE vault = :vault) OR " + anyCiphertext + " AS found";
        return Boolean.TRUE.equals(database.sql(question)
                .bind("vault", vault)
                .bind("prefix", prefix + "%")
                .map(row -> Objects.requireNonNull(row.get("found", Boolean.class)))
                .one()
                .block(LIMIT));
    }

    /** Puts the canary of the vault that encrypts where there is none, and listens to it. */
    void check(KeyedVault vault, String setting) {
        vault.encrypt(SONG, place(vault))
                .flatMap(ciphertext -> put(vault, ciphertext))
                .block(LIMIT);
        listen(vault, setting);
    }

    /** Listens to the canary of a vault that only reads, where it has one. */
    void listen(KeyedVault vault, String setting) {
        try {
            boolean sings = stored(vault)
                    .flatMap(ciphertext -> vault.decrypt(ciphertext, place(vault)))
                    .map(SONG::equals)
                    .defaultIfEmpty(true)
                    .blockOptional(LIMIT)
                    .orElse(false);
            if (!sings) {
                throw new SettingException(setting, WRONG_KEY);
            }
        } catch (VaultException e) {
            throw new SettingException(setting, WRONG_KEY, e);
        }
    }

    /** Under the newest key; where nothing is left that a vault has made, its canary goes as well. */
    Mono<Void> move(KeyedVault writer, List<KeyedVault> readers) {
        Mono<Void> renewed = stored(writer).flatMap(read -> renewed(writer, read));
        return Flux.fromIterable(readers)
                .filter(reader -> !reader.equals(writer))
                .concatMap(this::removeWhereIdle)
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

    private Mono<Void> removeWhereIdle(KeyedVault vault) {
        return database.sql("DELETE FROM oauth_vault_canary WHERE vault = :vault AND NOT " + anyCiphertext)
                .bind("vault", vault.name())
                .bind("prefix", vault.prefix() + "%")
                .then();
    }

    private Mono<Void> put(KeyedVault vault, String ciphertext) {
        return database.sql(PUT)
                .bind("vault", vault.name())
                .bind("ciphertext", ciphertext)
                .then();
    }

    private Mono<String> stored(KeyedVault vault) {
        return database.sql(READ)
                .bind("vault", vault.name())
                .map(row -> Objects.requireNonNull(row.get("ciphertext", String.class)))
                .one();
    }

    private static Place place(KeyedVault vault) {
        return new Place("oauth_vault_canary", vault.name(), "ciphertext");
    }
}
