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
 * An installation became usable: tokens can be had for it. Also sent when one that was revoked or needed to be reconnected
 * comes back; it then keeps its id and its sequence goes on.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause whether it is new or has come back
 * @param externalInstallId the platform's own id of the installation; null where the platform has none
 * @param scopes what was granted, in the platform's words; empty where the platform has no scopes
 * @param permissions what was granted, by name, such as {@code contents} to {@code read}; empty where the platform has none
 * @param orgs every organisation that the grant reaches; an Atlassian consent may reach several
 * @param installedBy who installed it, as the platform or the caller names them; null where nobody said
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
        @JsonProperty("installed_by") @Nullable String installedBy)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.created.v1";

    /** Copies the collections; the permissions are sorted, so that the same event is always the same JSON. */
    public InstallationCreated {
        scopes = List.copyOf(scopes);
        permissions = Collections.unmodifiableMap(new TreeMap<>(permissions));
        orgs = List.copyOf(orgs);
    }

    /** What brought it about. */
    public enum Cause {
        /** Connected or claimed for the first time. */
        @JsonProperty("installed")
        INSTALLED,
        /** Known before, and authorised or installed again. */
        @JsonProperty("reconnected")
        RECONNECTED
    }

    @Override
    public String type() {
        return TYPE;
    }
}
