package io.oauthservice.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The service's own statement, one decryption with its keyset, and the response's fields; no caller, no policy. */
@RestController
@Profile("cold")
class Cold {

    /** A copy of the service's statement; bench/run checks that the columns are those of {@code InstallationRows}. */
    private static final String DEFAULT_OF_ORG = """
            SELECT
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
            FROM oauth_installations i JOIN oauth_installation_orgs o ON o.installation_id = i.id
            WHERE o.platform = :platform AND o.org_id = :org AND o.is_default
            """;

    private static final String PREFIX = "tink:v1:";

    private final DatabaseClient database;
    private final Aead aead;

    Cold(DatabaseClient database, @Value("${OAUTH_KEYSET_PATH}") Path keyset)
            throws IOException, GeneralSecurityException {
        this.database = database;
        Configuration tink = AeadConfig2026.get();
        this.aead = TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(keyset), tink, InsecureSecretKeyAccess.get())
                .getPrimitive(tink, Aead.class);
    }

    @GetMapping("/oauth/token/{platform}")
    Mono<Token> token(@PathVariable("platform") String platform, @RequestParam("org_id") String org) {
        return database.sql(DEFAULT_OF_ORG)
                .bind("platform", platform)
                .bind("org", org)
                .map(row -> token(row, org))
                .one();
    }

    private Token token(Readable row, String org) {
        UUID id = get(row, "id", UUID.class);
        return new Token(
                decrypted(id, get(row, "access_token_encrypted", String.class)),
                "Bearer",
                row.get("token_expires_at", Instant.class),
                row.get("token_issued_at", Instant.class),
                get(row, "platform", String.class),
                id.toString(),
                org,
                row.get("external_org_name", String.class),
                List.of(get(row, "scopes", String[].class)),
                List.of(get(row, "requested_scopes", String[].class)),
                get(row, "permissions", Json.class).asString(),
                get(row, "orgs", Json.class).asString(),
                get(row, "token_version", Long.class),
                get(row, "token_fingerprint", String.class));
    }

    private String decrypted(UUID id, String ciphertext) {
        try {
            byte[] context = ("oauth_installations/access_token_encrypted/" + id).getBytes(StandardCharsets.UTF_8);
            byte[] bytes = Base64.getDecoder().decode(ciphertext.substring(PREFIX.length()));
            return new String(aead.decrypt(bytes, context), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    record Token(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_at") @Nullable Instant expiresAt,
            @JsonProperty("issued_at") @Nullable Instant issuedAt,
            @JsonProperty("platform") String platform,
            @JsonProperty("installation_id") String installationId,
            @JsonProperty("org_id") String orgId,
            @JsonProperty("org_name") @Nullable String orgName,
            @JsonProperty("scopes") List<String> scopes,
            @JsonProperty("missing_scopes") List<String> missingScopes,
            @JsonRawValue @JsonProperty("permissions") String permissions,
            @JsonRawValue @JsonProperty("orgs") String orgs,
            @JsonProperty("token_version") long tokenVersion,
            @JsonProperty("fingerprint") String fingerprint) {}
}
