package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An installation changed while its grant stays valid. The event names the kind of change; the service's API returns
 * the current values.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause what changed
 * @param status the installation's status after the change
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstallationUpdated(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("cause") Cause cause,
        @JsonProperty("status") Status status,
        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.updated.v1";

    /** Sorts the labels, so that the same event is always the same JSON. */
    public InstallationUpdated {
        labels = Labels.sorted(labels);
    }

    /** What changed. */
    public enum Cause {
        /** The granted scopes. Reserved: the service does not send it. */
        @JsonProperty("scopes")
        SCOPES,
        /** The granted permissions. */
        @JsonProperty("permissions")
        PERMISSIONS,
        /** The organisations that the grant covers, or their names. */
        @JsonProperty("organisations")
        ORGANISATIONS,
        /** Whether this is the default grant of an organisation, which is used when the caller names no user. */
        @JsonProperty("default_changed")
        DEFAULT_CHANGED,
        /** The platform suspended it; it has no tokens until it is resumed. */
        @JsonProperty("suspended")
        SUSPENDED,
        /** The platform lifted the suspension. */
        @JsonProperty("resumed")
        RESUMED
    }

    /** The status of an installation. */
    public enum Status {
        /** Installed at the platform, but not yet claimed by a caller. */
        @JsonProperty("unclaimed")
        UNCLAIMED,
        /** Requested, and waiting for an administrator at the platform. */
        @JsonProperty("pending_approval")
        PENDING_APPROVAL,
        /** Usable: tokens can be requested. */
        @JsonProperty("active")
        ACTIVE,
        /** Suspended by the platform, which may lift the suspension. */
        @JsonProperty("suspended")
        SUSPENDED,
        /** Its tokens are invalid: a user must authorise it again. */
        @JsonProperty("needs_reconnect")
        NEEDS_RECONNECT,
        /** Ended by the service or at the platform. */
        @JsonProperty("revoked")
        REVOKED
    }

    @Override
    public String type() {
        return TYPE;
    }
}
