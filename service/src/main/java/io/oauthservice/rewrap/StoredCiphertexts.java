package io.oauthservice.rewrap;

import io.oauthservice.database.Sql;
import io.oauthservice.vault.EncryptedColumn;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The columns of ciphertexts. Writes no other column. */
@Component
class StoredCiphertexts {

    private static final String PAGE = """
            SELECT %2$s AS id, %3$s AS text FROM %1$s
            WHERE %3$s IS NOT NULL AND %2$s > :after ORDER BY %2$s LIMIT :limit
            """;

    /** Skips locked rows, so that it neither delays other writers nor causes a deadlock. */
    private static final String REPLACE = """
            WITH fresh AS (SELECT * FROM unnest(:ids::uuid[], :read::text[], :write::text[]) AS f (id, read, write)),
                 free AS (SELECT t.%2$s AS id FROM %1$s t JOIN fresh ON fresh.id = t.%2$s AND fresh.read = t.%3$s
                          FOR UPDATE OF t SKIP LOCKED)
            UPDATE %1$s t SET %3$s = fresh.write FROM fresh JOIN free ON free.id = fresh.id
            WHERE t.%2$s = fresh.id AND t.%3$s = fresh.read
            """;

    private final DatabaseClient database;

    StoredCiphertexts(DatabaseClient database) {
        this.database = database;
    }

    private static String sql(String template, EncryptedColumn column) {
        return template.formatted(column.table(), column.idColumn(), column.column());
    }

    /** The next ciphertexts by the row's id. */
    Mono<List<Stored>> page(EncryptedColumn column, UUID after, int limit) {
        return database.sql(sql(PAGE, column))
                .bind("after", after)
                .bind("limit", limit)
                .map(row -> new Stored(Sql.get(row, "id", UUID.class), Sql.get(row, "text", String.class)))
                .all()
                .collectList();
    }

    /** Returns how many were replaced: those that are locked or have changed are skipped. */
    Mono<Long> replace(EncryptedColumn column, List<Replacement> replacements) {
        if (replacements.isEmpty()) {
            return Mono.just(0L);
        }
        return database.sql(sql(REPLACE, column))
                .bind("ids", replacements.stream().map(Replacement::id).toArray(UUID[]::new))
                .bind("read", replacements.stream().map(Replacement::read).toArray(String[]::new))
                .bind("write", replacements.stream().map(Replacement::write).toArray(String[]::new))
                .fetch()
                .rowsUpdated();
    }

    record Stored(UUID id, String text) {}

    record Replacement(UUID id, String read, String write) {}
}
