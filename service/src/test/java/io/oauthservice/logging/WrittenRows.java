package io.oauthservice.logging;

import java.util.List;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * Every version of every row that is written to any table, also of rows that are deleted again. Tables are found by
 * name.
 */
final class WrittenRows {

    private static final String RECORD = """
            CREATE SCHEMA IF NOT EXISTS written;
            CREATE TABLE IF NOT EXISTS written.rows (source text, row text);
            TRUNCATE written.rows;
            CREATE OR REPLACE FUNCTION written.record() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO written.rows VALUES (TG_TABLE_NAME, to_jsonb(NEW)::text);
                RETURN NULL;
            END $$
            """;

    private static final String TABLES = """
            SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
            WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'written')
            """;

    private final DatabaseClient database;

    private WrittenRows(DatabaseClient database) {
        this.database = database;
    }

    static WrittenRows record(DatabaseClient database) {
        database.sql(RECORD).then().block();
        WrittenRows written = new WrittenRows(database);
        written.inEachTable("CREATE OR REPLACE TRIGGER written AFTER INSERT OR UPDATE ON %s"
                + " FOR EACH ROW EXECUTE FUNCTION written.record()");
        return written;
    }

    List<String> all() {
        return Objects.requireNonNull(database.sql("SELECT source || ' ' || row FROM written.rows")
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .all()
                .collectList()
                .block());
    }

    /** The tables that rows were written to. */
    List<String> tables() {
        return Objects.requireNonNull(database.sql("SELECT DISTINCT source FROM written.rows")
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .all()
                .collectList()
                .block());
    }

    /** Removes the triggers: other tests use the same database. */
    void stop() {
        inEachTable("DROP TRIGGER IF EXISTS written ON %s");
        database.sql("DROP SCHEMA written CASCADE").then().block();
    }

    /** One transaction for each table: with locks of several, it would deadlock with those of the service. */
    private void inEachTable(String statement) {
        database.sql(TABLES)
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .all()
                .collectList()
                .flatMapIterable(tables -> tables)
                .concatMap(table -> database.sql(statement.formatted(table)).then())
                .then()
                .block();
    }
}
