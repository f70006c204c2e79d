package io.oauthservice.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An installation as callers see it: everything but its tokens. */
@Schema(name = "Installation")
record InstallationView(
        @JsonProperty("id") String id,
        @JsonProperty("platform") String platform,
        @JsonProperty("status") String status,
        @JsonProperty("status_reason") @Nullable String statusReason,
        @JsonProperty("external_org_id") @Nullable String externalOrgId,
        @JsonProperty("external_org_name") @Nullable String externalOrgName,
        @JsonProperty("external_install_id") @Nullable String externalInstallId,
        @JsonProperty("external_user_id") @Nullable String externalUserId,
        @JsonProperty("orgs") List<Organisation> orgs,
        @JsonProperty("scopes") List<String> scopes,
        @JsonProperty("missing_scopes") List<String> missingScopes,
        @JsonProperty("permissions") Map<String, String> permissions,
        @JsonProperty("metadata") Map<String, Object> metadata,
        @JsonProperty("installed_by") @Nullable String installedBy,
        @JsonProperty("token_expires_at") @Nullable Instant tokenExpiresAt,
        @JsonProperty("token_version") long tokenVersion,
        @JsonProperty("reconnect_by") @Nullable Instant reconnectBy,
        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("updated_at") Instant updatedAt,
        @JsonProperty("revoked_at") @Nullable Instant revokedAt) {

    static InstallationView of(Installation installation) {
        return new InstallationView(
                installation.id().toString(),
                installation.platform().id(),
                installation.status().word(),
                installation.statusReason(),
                installation.externalOrgId(),
                installation.externalOrgName(),
                installation.externalInstallId(),
                installation.externalUserId(),
                installation.organisations(),
                installation.scopes(),
                installation.missingScopes(),
                installation.permissions(),
                installation.metadata(),
                installation.installedBy(),
                installation.tokens().expiresAt(),
                installation.tokens().version(),
                installation.reconnectBy(),
                installation.createdAt(),
                installation.updatedAt(),
                installation.revokedAt());
    }
}
