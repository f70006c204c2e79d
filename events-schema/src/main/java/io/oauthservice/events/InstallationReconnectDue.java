package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An active installation will be ended by the platform at a known time unless a user authorises it again before. Sent
 * once per deadline.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param reconnectBy when the platform ends it
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record InstallationReconnectDue(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("reconnect_by") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant reconnectBy,

        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.installation.reconnect-due.v1";

    /** Sorts the labels, so that the same event is always the same JSON. */
    public InstallationReconnectDue {
        labels = Labels.sorted(labels);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
