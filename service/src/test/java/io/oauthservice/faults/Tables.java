package io.oauthservice.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The replicas' database. The connection does not pass a proxy, so that no fault affects it. */
final class Tables implements AutoCloseable {

    private static final List<String> CLEARED =
            List.of("oauth_states", "oauth_revocations", "oauth_installations", "oauth_outbox", "oauth_webhook_inbox");

    private final Connection connection;

    Tables(Connection connection) {
        this.connection = connection;
    }

    /** Deletes all installations, install flows, pending revocations, events and webhooks. */
    void clear() {
        CLEARED.forEach(table -> execute("DELETE FROM " + table));
    }

    /** Empty if the platform has no installation yet. */
    Optional<InstallationRow> findInstallation(Platform platform) {
        String sql = """
                SELECT id, external_install_id, status, status_reason, token_version, token_fingerprint, sequence,
                       refresh_lease_owner IS NOT NULL AS leased
                FROM oauth_installations WHERE platform = ? AND
                """ + platform.rowCondition();
        return query(
                        sql,
                        row -> new InstallationRow(
                                row.getString("id"),
                                row.getString("external_install_id"),
                                row.getString("status"),
                                row.getString("status_reason"),
                                row.getLong("token_version"),
                                row.getString("token_fingerprint"),
                                row.getLong("sequence"),
                                row.getBoolean("leased")),
                        platform.id)
                .stream()
                .reduce((first, second) -> {
                    throw new AssertionError("Two rows for one grant: " + platform);
                });
    }

    /** Expires the token. Its lifetime becomes one minute, which is too short for a scheduled refresh. */
    void expireToken(InstallationRow row) {
        execute("""
                UPDATE oauth_installations SET token_expires_at = clock_timestamp() - interval '1 second',
                    token_issued_at = clock_timestamp() - interval '61 seconds'
                WHERE id = ?::uuid
                """, row.id());
    }

    /** Locks the row, so that every statement that writes it waits. */
    void lock(InstallationRow row) {
        execute("BEGIN");
        query("SELECT id FROM oauth_installations WHERE id = ?::uuid FOR UPDATE", found -> "", row.id());
    }

    /** Locks all states, so that every statement that adds or consumes one waits. */
    void lockStates() {
        execute("BEGIN");
        execute("LOCK TABLE oauth_states IN SHARE MODE");
    }

    void unlock() {
        execute("COMMIT");
    }

    boolean hasBlockedStatement() {
        return count("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0;
    }

    long count(String sql, Object... parameters) {
        return query(sql, row -> row.getLong(1), parameters).getFirst();
    }

    /** Traces of an install flow that was not atomic, such as an incomplete installation or a missing event. */
    List<String> findInconsistencies() {
        return query("""
                SELECT 'installation without organisation: platform=' || i.platform FROM oauth_installations i
                WHERE NOT EXISTS (SELECT FROM oauth_installation_orgs o WHERE o.installation_id = i.id)
                UNION ALL
                SELECT 'events do not match the sequence: platform=' || i.platform FROM oauth_installations i
                WHERE i.sequence <> (SELECT count(*) FROM oauth_outbox e WHERE e.installation_id = i.id)
                UNION ALL
                SELECT 'event without installation' FROM oauth_outbox e
                WHERE NOT EXISTS (SELECT FROM oauth_installations i WHERE i.id = e.installation_id)
                UNION ALL
                SELECT 'state in clear text' FROM oauth_states s WHERE s.state !~ '^[0-9a-f]{64}$'
                """, row -> row.getString(1));
    }

    /** The changes of an installation since then, by the names of their events, in order and without refreshes. */
    List<String> changesAfter(InstallationRow before) {
        return query("""
                SELECT split_part(type, '.', 4) FROM oauth_outbox
                WHERE installation_id = ?::uuid AND sequence > ? AND type LIKE 'io.oauthservice.installation.%'
                ORDER BY sequence
                """, row -> row.getString(1), before.id(), before.sequence());
    }

    long countWebhooks() {
        return count("SELECT count(*) FROM oauth_webhook_inbox");
    }

    /** Whether a replica processes a webhook. */
    boolean hasTakenWebhook() {
        return count("SELECT count(*) FROM oauth_webhook_inbox WHERE attempts > 0 AND done_at IS NULL") > 0;
    }

    /** How many webhooks are still to be processed. */
    long countUnprocessedWebhooks() {
        return count("SELECT count(*) FROM oauth_webhook_inbox WHERE done_at IS NULL");
    }

    /** The webhooks that are still to be processed. */
    List<String> unprocessedWebhooks() {
        return query("SELECT w::text FROM oauth_webhook_inbox w WHERE done_at IS NULL", row -> row.getString(1));
    }

    /** Gives webhooks to any replica that were given to one so long ago. A replica has five minutes for them. */
    void releaseWebhooksTakenBefore(Duration lease) {
        execute("""
                UPDATE oauth_webhook_inbox SET next_attempt_at = clock_timestamp()
                WHERE done_at IS NULL AND next_attempt_at BETWEEN clock_timestamp() + interval '2 minutes'
                    AND clock_timestamp() + interval '5 minutes' - make_interval(secs => ?)
                """, (double) lease.toSeconds());
    }

    /** Ends the pauses after answers that contradict a webhook. */
    void endPausesOfWebhooks() {
        execute("""
                UPDATE oauth_webhook_inbox SET next_attempt_at = clock_timestamp()
                WHERE done_at IS NULL AND next_attempt_at < clock_timestamp() + interval '2 minutes'
                """);
        execute("NOTIFY oauth_webhooks");
    }

    /** The platform's list of installations is read within ten seconds. */
    void makeListDue(Platform platform) {
        execute("UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() WHERE platform = ?", platform.id);
    }

    /** No job compares installations with what the platforms list, for a day. */
    void postponeReconciliation() {
        execute("UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() + interval '1 day'");
        execute("UPDATE oauth_grant_reconciliations SET due_at = clock_timestamp() + interval '1 day'");
    }

    long countStates() {
        return count("SELECT count(*) FROM oauth_states");
    }

    /** All rows of the service's tables, as text. */
    String allRows() {
        List<String> tables = query(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'oauth\\_%'",
                row -> row.getString(1));
        List<String> rows = new ArrayList<>();
        tables.forEach(table -> rows.addAll(query("SELECT t::text FROM " + table + " t", row -> row.getString(1))));
        return String.join("\n", rows);
    }

    /** Runs any statement. */
    void execute(String sql, Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(mapper.map(rows));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
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

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }
}
