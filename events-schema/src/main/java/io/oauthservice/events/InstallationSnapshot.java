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
 * How an installation stands, for consumers who cannot be told its history: an operator had events sent again from a time
 * whose events are not kept any more. Nothing has happened, so it takes no sequence of its own: it has that of the
 * installation's latest event, and says at least what all events up to that one have said.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence the sequence of the installation's latest event; that event may arrive before or after this one
 * @param occurredAt when the installation last changed
 * @param status how it stands
 * @param statusReason why it stands so, in one word, such as {@code uninstalled}; null where there is nothing to say
 * @param externalInstallId the platform's own id of the installation; null where the platform has none
 * @param scopes what is granted, in the platform's words; empty where the platform has no scopes
 * @param permissions what is granted, by name, such as {@code contents} to {@code read}; empty where the platform has none
 * @param orgs every organisation that the grant reaches; an Atlassian consent may reach several
 * @param installedBy who installed it, as the platform or the caller names them; null where nobody said
 * @param tokenVersion the version of the present token; higher than that of every older one
 * @param expiresAt when the present access token expires; null means that it does not, or that there is none
 * @param fingerprint as in {@link TokenRefreshed#fingerprint()}; null where there is no token
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

        @JsonProperty("fingerprint") @Nullable String fingerprint)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.snapshot.v1";

    /** Copies the collections; the permissions are sorted, so that the same state is always the same JSON. */
    public InstallationSnapshot {
        scopes = List.copyOf(scopes);
        permissions = Collections.unmodifiableMap(new TreeMap<>(permissions));
        orgs = List.copyOf(orgs);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
