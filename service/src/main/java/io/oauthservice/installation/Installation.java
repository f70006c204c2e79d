package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An installation: the connection of an organisation, or of one of its users, at a platform, with its status and its
 * present grant.
 *
 * @param statusReason reason code of the status; null where there is none
 * @param externalUserId null: the organisation's grant; else a user's
 * @param registration the App or client at the provider that the grant belongs to; null where it was stored before that
 *     was recorded
 * @param organisations those that it reaches, the main one first
 * @param unknownOutcomes the number of refreshes of these tokens that are in progress or have an unknown outcome: each
 *     may have taken effect at the provider
 * @param refreshFirstAttemptedAt when the first of these refreshes began; null: there is none
 * @param reconnectBy when the provider ends the grant unless it is authorised again or refreshed before; null: unknown
 * @param labels labels that callers have set; they are not sent to the platform
 * @param requesterId the provider's id of the person whose request awaits approval
 * @param sequence of its latest event
 */
public record Installation(
        InstallationId id,
        Platform platform,
        String grantKey,
        InstallationStatus status,
        @Nullable String statusReason,
        Instant statusSince,
        @Nullable String externalOrgId,
        @Nullable String externalOrgName,
        @Nullable String externalInstallId,
        @Nullable String externalUserId,
        @Nullable String registration,
        List<Organisation> organisations,
        StoredTokens tokens,
        int unknownOutcomes,
        @Nullable Instant refreshFirstAttemptedAt,
        @Nullable Instant reconnectBy,
        List<String> scopes,
        List<String> requestedScopes,
        Map<String, String> permissions,
        Map<String, Object> metadata,
        Map<String, String> labels,
        @Nullable String installedBy,
        @Nullable String requesterId,
        long sequence,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant revokedAt) {

    public boolean isActive() {
        return status == InstallationStatus.ACTIVE;
    }

    /** The ids of all organisations that it reaches, the main one first. */
    public List<String> organisationIds() {
        return organisations.stream().map(Organisation::id).toList();
    }

    /** Whether it is stored as the provider shows it now; the order of organisations does not matter. */
    public boolean shows(InstallationInfo info) {
        return Set.copyOf(organisations).equals(Set.copyOf(info.organisations())) && metadata.equals(info.metadata());
    }

    /** The scopes that were requested and not granted. */
    public List<String> missingScopes() {
        TreeSet<String> missing = new TreeSet<>(requestedScopes);
        missing.removeAll(scopes);
        return List.copyOf(missing);
    }

    /** Whether the other has the same grant, whatever its tokens: status, permissions, organisations and selection. */
    public boolean hasSameGrantAs(Installation other) {
        return status == other.status
                && Objects.equals(externalInstallId, other.externalInstallId)
                && permissions.equals(other.permissions)
                && metadata.equals(other.metadata)
                && organisationIds().equals(other.organisationIds());
    }

    /** The same with other tokens, which cover these permissions. */
    public Installation withTokens(StoredTokens others, Map<String, String> covered) {
        return new Installation(
                id,
                platform,
                grantKey,
                status,
                statusReason,
                statusSince,
                externalOrgId,
                externalOrgName,
                externalInstallId,
                externalUserId,
                registration,
                organisations,
                others,
                unknownOutcomes,
                refreshFirstAttemptedAt,
                reconnectBy,
                scopes,
                requestedScopes,
                covered,
                metadata,
                labels,
                installedBy,
                requesterId,
                sequence,
                createdAt,
                updatedAt,
                revokedAt);
    }

    /** The grant for a call to its provider that needs none of its tokens. */
    public Grant grantWithoutTokens() {
        return grant(null, null);
    }

    /** The grant for a call to its provider, with these decrypted tokens. */
    public Grant grant(@Nullable Secret accessToken, @Nullable Secret refreshToken) {
        return new Grant(grantKey, externalInstallId, externalUserId, registration, accessToken, refreshToken);
    }
}
