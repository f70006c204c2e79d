package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An installation has a new access token. The event does not contain it; a consumer with an older token requests the
 * new one.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause why the service refreshed
 * @param tokenVersion the version of the new token; higher than that of every older token
 * @param expiresAt when the new access token expires; null if it does not expire
 * @param fingerprint {@code sha256:} and the first 32 hexadecimal digits, in lower case, of the SHA-256 of the new
 *     access token
 * @param labels see {@link InstallationEvent#labels()}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TokenRefreshed(
        @JsonProperty("installation_id") UUID installationId,
        @JsonProperty("platform") String platform,
        @JsonProperty("organisation") @Nullable Organisation organisation,
        @JsonProperty("sequence") long sequence,

        @JsonProperty("occurred_at") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant occurredAt,

        @JsonProperty("cause") Cause cause,
        @JsonProperty("token_version") long tokenVersion,

        @JsonProperty("expires_at") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant expiresAt,

        @JsonProperty("fingerprint") String fingerprint,
        @JsonProperty("labels") @Nullable Map<String, String> labels)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.token.refreshed.v1";

    /** Sorts the labels, so that the same event is always the same JSON. */
    public TokenRefreshed {
        labels = Labels.sorted(labels);
    }

    /** Why the service refreshed. */
    public enum Cause {
        /** The old token was about to expire or had expired. */
        @JsonProperty("expiring")
        EXPIRING,
        /** A caller requested a longer lifetime than the old token had left. */
        @JsonProperty("requested")
        REQUESTED,
        /** A caller reported that the old token was rejected, or the platform reported a change. */
        @JsonProperty("forced")
        FORCED
    }

    @Override
    public String type() {
        return TYPE;
    }
}
