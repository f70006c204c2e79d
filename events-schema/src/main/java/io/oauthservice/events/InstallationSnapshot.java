package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The current state of an installation, for consumers who cannot get its history: an operator replayed events from a
 * time whose events are no longer stored. It is not a change and has no sequence of its own: it has the sequence of the
 * installation's latest event, and includes everything that the events up to that one contained.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence the sequence of the installation's latest event; that event may arrive before or after this one
 * @param occurredAt when the installation last changed
 * @param status the installation's status
 * @param statusReason the reason code of the status, such as {@code uninstalled}; null if there is none
 * @param externalInstallId the platform's id of the installation; null if the platform has none
 * @param scopes the granted scopes, as the platform names them; empty if the platform has no scopes
 * @param permissions the granted permissions, such as {@code contents} to {@code read}; empty if the platform has none
 * @param orgs every organisation that the grant covers; an Atlassian consent may cover several
 * @param installedBy who installed it, as the platform or the caller names them; null if unknown
 * @param tokenVersion the version of the current token; higher than that of every older token
 * @param expiresAt when the current access token expires; null if it does not expire or there is none
 * @param fingerprint as in {@link TokenRefreshed#fingerprint()}; null if there is no token
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstallationSnapshot(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("status") InstallationUpdated.Status status,
        @JsonProperty("status_reason") @Nullable String statusReason,
        @JsonProperty("external_install_id") @Nullable String externalInstallId,
        @JsonProperty("scopes") List<String> scopes,
        @JsonProperty("permissions") Map<String, String> permissions,
        @JsonProperty("orgs") List<Organisation> orgs,
        @JsonProperty("installed_by") @Nullable String installedBy,
        @JsonProperty("token_version") long tokenVersion,

        @JsonProperty("expires_at") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant expiresAt,

        @JsonProperty("fingerprint") @Nullable String fingerprint,
        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.snapshot.v1";

    /** Copies the collections; the permissions are sorted, so that the same state is always the same JSON. */
    public InstallationSnapshot {
        scopes = List.copyOf(scopes);
        permissions = Collections.unmodifiableMap(new TreeMap<>(permissions));
        orgs = List.copyOf(orgs);
        labels = Labels.sorted(labels);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
