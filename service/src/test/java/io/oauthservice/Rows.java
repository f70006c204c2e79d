package io.oauthservice;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** Direct access to the service's tables. */
public final class Rows {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A statement may take 5 seconds. */
    private static final int AT_ONCE = 1000;

    private final DatabaseClient database;

    public Rows(DatabaseClient database) {
        this.database = database;
    }

    /** Deletes all installations; their events stay. */
    public void clear() {
        // By id, because a job may change a row meanwhile.
        String some = """
                DELETE FROM oauth_installations
                WHERE id = ANY (ARRAY(SELECT id FROM oauth_installations LIMIT :limit))
                """;
        long deleted = AT_ONCE;
        while (deleted == AT_ONCE) {
            deleted = change(some, Map.of("limit", AT_ONCE));
        }
    }

    /** Returns the number of changed rows. */
    public long change(String sql, Map<String, ?> parameters) {
        return Objects.requireNonNull(
                bound(sql, parameters).fetch().rowsUpdated().block(LIMIT));
    }

    /** The one value that the query finds, as text. */
    public String value(String sql, Map<String, ?> parameters) {
        return Objects.requireNonNull(
                bound(sql, parameters)
                        .map(row -> String.valueOf(row.get(0)))
                        .one()
                        .block(LIMIT),
                sql);
    }

    private GenericExecuteSpec bound(String sql, Map<String, ?> parameters) {
        return database.sql(sql).bindValues(parameters);
    }

    /** A column of an installation's row, as text. */
    public String column(String id, String column) {
        return value("SELECT " + column + "::text FROM oauth_installations WHERE id = :id::uuid", Map.of("id", id));
    }

    /** Makes the token expire after this time. */
    public void leaveTokenOnly(String id, Duration left) {
        String sql = """
                UPDATE oauth_installations
                SET token_expires_at = clock_timestamp() + make_interval(secs => :left),
                    token_issued_at = clock_timestamp() + make_interval(secs => :left) - INTERVAL '1 hour'
                WHERE id = :id::uuid
                """;
        change(sql, Map.of("id", id, "left", left.toMillis() / 1000.0));
    }

    /** Puts the grant into back-off, as a failed refresh does. */
    public void backOff(String id, Duration pause) {
        change(
                "UPDATE oauth_installations SET refresh_lease_until = clock_timestamp() + make_interval(secs => :pause)"
                        + " WHERE id = :id::uuid",
                Map.of("id", id, "pause", (double) pause.toSeconds()));
    }

    /** Many installations; {@code org} is an SQL expression of their number {@code n}. */
    public void insertMany(int count, String platform, String org, String name, String status) {
        for (int first = 1; first <= count; first += AT_ONCE) {
            insertSome(first, Math.min(count, first + AT_ONCE - 1), platform, org, name, status);
        }
        // Database sessions keep plans for an empty table until its statistics change.
        change("ANALYZE oauth_installations, oauth_installation_orgs", Map.of());
    }

    private void insertSome(int first, int last, String platform, String org, String name, String status) {
        change(
                """
                WITH made AS (
                    INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id,
                        access_token_encrypted, revoked_at)
                    SELECT gen_random_uuid(), :platform, 'many:' || n, :status, %s, 'tink:v1:unreadable',
                        CASE WHEN :status = 'revoked' THEN clock_timestamp() END
                    FROM generate_series(:first, :last) n
                    RETURNING id, platform, external_org_id)
                INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                SELECT id, platform, external_org_id, :name FROM made
                """.formatted(org),
                Map.of("first", first, "last", last, "platform", platform, "name", name, "status", status));
    }

    /** An installation of one organisation, with a ciphertext that cannot be decrypted. */
    public String insert(String platform, String org, String name, String status) {
        String id = value("SELECT gen_random_uuid()", Map.of());
        String installation = """
                INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id, external_org_name,
                    access_token_encrypted, token_version, revoked_at)
                VALUES (:id::uuid, :platform, :id, :status, :org, :name, 'tink:v1:unreadable', 1,
                    CASE WHEN :status = 'revoked' THEN clock_timestamp() END)
                """;
        Map<String, Object> row = Map.of("id", id, "platform", platform, "org", org, "name", name, "status", status);
        change(installation, row);
        change("""
                INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name, is_default)
                VALUES (:id::uuid, :platform, :org, :name, :status = 'active')
                """, row);
        return id;
    }
}
