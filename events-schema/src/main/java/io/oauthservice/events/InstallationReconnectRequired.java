package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An installation's tokens are invalid and cannot be refreshed: a user must authorise it again. Until then the service
 * answers token requests with 409.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause the reason code, equal to the installation's {@code status_reason}
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstallationReconnectRequired(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("cause") Cause cause,
        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.reconnect-required.v1";

    /** Sorts the labels, so that the same event is always the same JSON. */
    public InstallationReconnectRequired {
        labels = Labels.sorted(labels);
    }

    /** Why the tokens are invalid. */
    public enum Cause {
        /** The platform rejected the refresh. */
        @JsonProperty("refresh_refused")
        REFRESH_REFUSED,
        /** The platform reported that the tokens were revoked. */
        @JsonProperty("tokens_revoked")
        TOKENS_REVOKED,
        /** The grant no longer covers any organisation. */
        @JsonProperty("no_sites")
        NO_SITES,
        /** The refresh token reached its maximum age or idle time. */
        @JsonProperty("expired")
        EXPIRED,
        /** The response to a refresh was lost, and with it the only valid token. */
        @JsonProperty("lost_reply")
        LOST_REPLY
    }

    @Override
    public String type() {
        return TYPE;
    }
}
