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
 * An installation became active: its tokens can be requested. Also sent when a revoked installation or one that needed
 * a reconnect becomes active again; it keeps its id, and its sequence continues.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause whether it is new or was reconnected
 * @param externalInstallId the platform's id of the installation; null if the platform has none
 * @param scopes the granted scopes, as the platform names them; empty if the platform has no scopes
 * @param permissions the granted permissions, such as {@code contents} to {@code read}; empty if the platform has none
 * @param orgs every organisation that the grant covers; an Atlassian consent may cover several
 * @param installedBy who installed it, as the platform or the caller names them; null if unknown
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstallationCreated(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("cause") Cause cause,
        @JsonProperty("external_install_id") @Nullable String externalInstallId,
        @JsonProperty("scopes") List<String> scopes,
        @JsonProperty("permissions") Map<String, String> permissions,
        @JsonProperty("orgs") List<Organisation> orgs,
        @JsonProperty("installed_by") @Nullable String installedBy,
        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.created.v1";

    /** Copies the collections; the permissions are sorted, so that the same event is always the same JSON. */
    public InstallationCreated {
        scopes = List.copyOf(scopes);
        permissions = Collections.unmodifiableMap(new TreeMap<>(permissions));
        orgs = List.copyOf(orgs);
        labels = Labels.sorted(labels);
    }

    /** Why the installation became active. */
    public enum Cause {
        /** Connected or claimed for the first time. */
        @JsonProperty("installed")
        INSTALLED,
        /** Authorised or installed again. */
        @JsonProperty("reconnected")
        RECONNECTED
    }

    @Override
    public String type() {
        return TYPE;
    }
}
