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
            END $$;
            DO $$
            DECLARE found record;
            BEGIN
                FOR found IN SELECT table_schema, table_name FROM information_schema.tables
                    WHERE table_type = 'BASE TABLE'
                      AND table_schema NOT IN ('pg_catalog', 'information_schema', 'written')
                LOOP
                    EXECUTE format('CREATE OR REPLACE TRIGGER written AFTER INSERT OR UPDATE ON %I.%I'
                        ' FOR EACH ROW EXECUTE FUNCTION written.record()', found.table_schema, found.table_name);
                END LOOP;
            END $$
            """;

    private final DatabaseClient database;

    private WrittenRows(DatabaseClient database) {
        this.database = database;
    }

    static WrittenRows record(DatabaseClient database) {
        database.sql(RECORD).then().block();
        return new WrittenRows(database);
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
        database.sql("DROP SCHEMA written CASCADE").then().block();
    }
}
