package io.oauthservice.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The replicas' database, by a connection of the test's own that nobody cuts. */
final class Tables implements AutoCloseable {

    private static final List<String> EMPTIED =
            List.of("oauth_states", "oauth_revocations", "oauth_installations", "oauth_outbox");

    private final Connection connection;

    Tables(Connection connection) {
        this.connection = connection;
    }

    /** Nobody has installed anything, and nothing is on its way. */
    void clear() {
        EMPTIED.forEach(table -> change("DELETE FROM " + table));
    }

    /** Empty where the platform has none yet. */
    Optional<Row> installation(Platform platform) {
        String sql = """
                SELECT id, status, status_reason, token_version, token_fingerprint, sequence,
                       refresh_lease_owner IS NOT NULL AS leased
                FROM oauth_installations WHERE platform = ? AND
                """ + platform.row();
        return query(
                        sql,
                        row -> new Row(
                                row.getString("id"),
                                row.getString("status"),
                                row.getString("status_reason"),
                                row.getLong("token_version"),
                                row.getString("token_fingerprint"),
                                row.getLong("sequence"),
                                row.getBoolean("leased")),
                        platform.word)
                .stream()
                .reduce((one, another) -> {
                    throw new AssertionError("Two installations of one grant");
                });
    }

    /** The token's minute is over. So short a life is left to its readers: nothing refreshes it ahead of time. */
    void expire(Row row) {
        change("""
                UPDATE oauth_installations SET token_expires_at = clock_timestamp() - interval '1 second',
                    token_issued_at = clock_timestamp() - interval '61 seconds'
                WHERE id = ?::uuid
                """, row.id());
    }

    /** Holds the row, so that whoever wants to write it waits. */
    void lock(Row row) {
        change("BEGIN");
        query("SELECT id FROM oauth_installations WHERE id = ?::uuid FOR UPDATE", found -> "", row.id());
    }

    /** Holds all states, so that whoever wants to add or take one waits. */
    void lockStates() {
        change("BEGIN");
        change("LOCK TABLE oauth_states IN SHARE MODE");
    }

    void unlock() {
        change("COMMIT");
    }

    boolean somebodyWaitsForALock() {
        return count("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0;
    }

    long count(String sql, Object... parameters) {
        return query(sql, row -> row.getLong(1), parameters).getFirst();
    }

    /** What an install may not leave behind: halves of an installation, or an event that is missing. */
    List<String> halves() {
        return query("""
                SELECT 'no organisation of ' || i.platform FROM oauth_installations i
                WHERE NOT EXISTS (SELECT FROM oauth_installation_orgs o WHERE o.installation_id = i.id)
                UNION ALL
                SELECT 'not every event of ' || i.platform FROM oauth_installations i
                WHERE i.sequence <> (SELECT count(*) FROM oauth_outbox e WHERE e.installation_id = i.id)
                UNION ALL
                SELECT 'an event of nothing' FROM oauth_outbox e
                WHERE NOT EXISTS (SELECT FROM oauth_installations i WHERE i.id = e.installation_id)
                UNION ALL
                SELECT 'a state in clear text' FROM oauth_states s WHERE s.state !~ '^[0-9a-f]{64}$'
                """, row -> row.getString(1));
    }

    long states() {
        return count("SELECT count(*) FROM oauth_states");
    }

    /** Every row of ours, as text. */
    String everything() {
        List<String> tables = query(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'oauth\\_%'",
                row -> row.getString(1));
        List<String> rows = new ArrayList<>();
        tables.forEach(table -> rows.addAll(query("SELECT t::text FROM " + table + " t", row -> row.getString(1))));
        return String.join("\n", rows);
    }

    private void change(String sql, Object... parameters) {
        try (PreparedStatement statement = prepared(sql, parameters)) {
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private <T> List<T> query(String sql, Reading<T> reading, Object... parameters) {
        try (PreparedStatement statement = prepared(sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(reading.of(rows));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }
}
