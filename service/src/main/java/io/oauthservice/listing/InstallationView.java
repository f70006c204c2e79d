package io.oauthservice.listing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUse;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An installation as a caller sees it, without its tokens. A caller that is limited to organisations does not see which
 * others the grant reaches.
 */
@Schema(name = "Installation")
public record InstallationView(
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
        @JsonProperty("labels") Map<String, String> labels,
        @JsonProperty("installed_by") @Nullable String installedBy,
        @JsonProperty("token_expires_at") @Nullable Instant tokenExpiresAt,
        @JsonProperty("token_version") long tokenVersion,
        @JsonProperty("reconnect_by") @Nullable Instant reconnectBy,

        @Schema(description = "When a token of it was read last; in the list rounded down to the hour. null: never")
        @JsonProperty("last_used_at")
        @Nullable
        Instant lastUsedAt,

        @Schema(description = "The name of the caller that has read it") @JsonProperty("last_used_by") @Nullable
        String lastUsedBy,

        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("updated_at") Instant updatedAt,
        @JsonProperty("revoked_at") @Nullable Instant revokedAt,
        @JsonUnwrapped @Nullable Plain plain) {

    /** Empty if the caller may not see it. */
    public static Optional<InstallationView> of(Installation installation, @Nullable LastUse use, Caller caller) {
        return switch (caller.shareOf(installation.organisationIds())) {
            case NONE -> Optional.empty();
            case PART -> Optional.of(part(installation, use, caller));
            case WHOLE -> Optional.of(whole(installation, use, caller));
        };
    }

    private static InstallationView whole(Installation installation, @Nullable LastUse use, Caller caller) {
        return view(
                installation,
                new Reached(
                        installation.externalOrgId(),
                        installation.externalOrgName(),
                        installation.externalInstallId(),
                        installation.organisations(),
                        installation.metadata()),
                use,
                caller);
    }

    /** Without the provider's id of the installation and the metadata, which may reveal other organisations. */
    private static InstallationView part(Installation installation, @Nullable LastUse use, Caller caller) {
        List<Organisation> own = installation.organisations().stream()
                .filter(organisation -> caller.sees(organisation.id()))
                .toList();
        Organisation first = own.getFirst();
        return view(installation, new Reached(first.id(), first.name(), null, own, Map.of()), use, caller);
    }

    private static InstallationView view(
            Installation installation, Reached reached, @Nullable LastUse use, Caller caller) {
        return new InstallationView(
                installation.id().toString(),
                installation.platform().id(),
                installation.status().code(),
                installation.statusReason(),
                reached.orgId(),
                reached.orgName(),
                reached.installId(),
                installation.externalUserId(),
                reached.organisations(),
                installation.scopes(),
                installation.missingScopes(),
                installation.permissions(),
                reached.metadata(),
                new TreeMap<>(installation.labels()),
                installation.installedBy(),
                installation.tokens().expiresAt(),
                installation.tokens().version(),
                installation.reconnectBy(),
                use == null ? null : use.at(),
                use == null ? null : use.by(),
                installation.createdAt(),
                installation.updatedAt(),
                installation.revokedAt(),
                caller.plainAnswers() ? new Plain(reached.orgId(), reached.orgName(), reached.installId()) : null);
    }

    /** What a caller sees of the organisations that a grant reaches. */
    private record Reached(
            @Nullable String orgId,
            @Nullable String orgName,
            @Nullable String installId,
            List<Organisation> organisations,
            Map<String, Object> metadata) {}

    /** The additional fields of the plain contract. */
    public record Plain(
            @Schema(description = "only for clients with plain answers: the same as external_org_id")
            @JsonProperty("org_id")
            @Nullable
            String orgId,

            @Schema(description = "only for clients with plain answers: the same as external_org_name")
            @JsonProperty("org_name")
            @Nullable
            String orgName,

            @Schema(description = "only for clients with plain answers: the same as external_install_id")
            @JsonProperty("install_id")
            @Nullable
            String installId) {}
}
