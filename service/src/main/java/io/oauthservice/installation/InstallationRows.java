package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Maps rows to installations. */
@Component
public class InstallationRows {

    /** For {@code SELECT} and {@code RETURNING} alike; the table or its alias must be named {@code i}. */
    public static final String COLUMNS = """
            i.id, i.platform, i.grant_key, i.status, i.status_reason, i.status_since, i.external_org_id,
            i.external_org_name, i.external_install_id, i.external_user_id, i.registration, i.access_token_encrypted,
            i.refresh_token_encrypted, i.token_issued_at, i.token_expires_at, i.token_version, i.token_fingerprint,
            i.scopes, i.requested_scopes, i.permissions, i.metadata, i.labels, i.installed_by,
            i.requested_by_external_id, i.sequence, i.created_at, i.updated_at, i.revoked_at,
            LEAST(i.refresh_token_expires_at, i.grant_expires_at) AS reconnect_by,
            CASE WHEN i.refresh_first_attempted_at IS NULL THEN 0 ELSE GREATEST(i.refresh_unknown_outcomes, 1) END
                AS unknown_outcomes,
            i.refresh_first_attempted_at,
            i.token_dead_version IS NOT DISTINCT FROM i.token_version AS token_dead,
            (SELECT json_agg(json_build_object('id', g.org_id, 'name', g.name, 'url', g.url, 'inherited', g.inherited)
                             ORDER BY g.org_id <> i.external_org_id, g.org_id)
             FROM oauth_installation_orgs g WHERE g.installation_id = i.id) AS orgs
            """;

    private static final String BY_ID = "SELECT " + COLUMNS + " FROM oauth_installations i WHERE i.id = :id";

    /**
     * For {@code SET}: releases the lease and clears earlier attempts and a quarantined rejection, because the change
     * makes them obsolete. {@code refresh_error} is set by each statement itself.
     */
    public static final String RESET_REFRESH = """
            refresh_lease_owner = NULL, refresh_lease_until = NULL, refresh_first_attempted_at = NULL,
            refresh_attempted_at = NULL, refresh_failures = 0, refresh_parked_at = NULL, refresh_parked_for = NULL
            """;

    private static final byte[] EMPTY = {'{', '}'};

    private final JsonMapper json;

    // Prepared once: every token request that the cache cannot serve maps a row.
    private final ObjectReader texts;
    private final ObjectReader object;
    private final ObjectReader organisations;

    InstallationRows(JsonMapper json) {
        this.json = json;
        this.texts = json.readerFor(new TypeReference<Map<String, String>>() {});
        this.object = json.readerFor(new TypeReference<Map<String, Object>>() {});
        this.organisations = json.readerFor(new TypeReference<List<Organisation>>() {});
    }

    /** Empty where there is none with this id. */
    Mono<Installation> find(DatabaseClient database, InstallationId id) {
        return database.sql(BY_ID)
                .bind("id", id.value())
                .map(this::installation)
                .one();
    }

    /** A value for a column of type {@code jsonb}. */
    public Json json(Object value) {
        return Json.of(json.writeValueAsBytes(value));
    }

    public Installation installation(Readable row) {
        return new Installation(
                new InstallationId(Sql.get(row, "id", UUID.class)),
                new Platform(text(row, "platform")),
                text(row, "grant_key"),
                InstallationStatus.of(text(row, "status")).orElseThrow(),
                row.get("status_reason", String.class),
                Sql.get(row, "status_since", Instant.class),
                row.get("external_org_id", String.class),
                row.get("external_org_name", String.class),
                row.get("external_install_id", String.class),
                row.get("external_user_id", String.class),
                row.get("registration", String.class),
                organisations(row),
                tokens(row),
                Sql.get(row, "unknown_outcomes", Integer.class),
                row.get("refresh_first_attempted_at", Instant.class),
                row.get("reconnect_by", Instant.class),
                List.of(Sql.get(row, "scopes", String[].class)),
                List.of(Sql.get(row, "requested_scopes", String[].class)),
                map(texts, Sql.get(row, "permissions", Json.class)),
                map(object, Sql.get(row, "metadata", Json.class)),
                map(texts, Sql.get(row, "labels", Json.class)),
                row.get("installed_by", String.class),
                row.get("requested_by_external_id", String.class),
                Sql.get(row, "sequence", Long.class),
                Sql.get(row, "created_at", Instant.class),
                Sql.get(row, "updated_at", Instant.class),
                row.get("revoked_at", Instant.class));
    }

    private static StoredTokens tokens(Readable row) {
        return new StoredTokens(
                row.get("access_token_encrypted", String.class),
                row.get("refresh_token_encrypted", String.class),
                row.get("token_issued_at", Instant.class),
                row.get("token_expires_at", Instant.class),
                Sql.get(row, "token_version", Long.class),
                row.get("token_fingerprint", String.class),
                Sql.get(row, "token_dead", Boolean.class));
    }

    private List<Organisation> organisations(Readable row) {
        @Nullable Json orgs = row.get("orgs", Json.class);
        return orgs == null ? List.of() : organisations.readValue(orgs.asArray());
    }

    private static <T> Map<String, T> map(ObjectReader reader, Json value) {
        byte[] text = value.asArray();
        return Arrays.equals(text, EMPTY) ? Map.of() : reader.readValue(text);
    }

    private static String text(Readable row, String column) {
        return Sql.get(row, column, String.class);
    }
}
