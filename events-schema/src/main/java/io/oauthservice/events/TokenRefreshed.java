package io.oauthservice.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An installation has a new access token. The event does not carry it: a consumer that holds an older one asks the service.
 *
 * @param installationId see {@link InstallationEvent#installationId()}
 * @param platform see {@link InstallationEvent#platform()}
 * @param organisation see {@link InstallationEvent#organisation()}
 * @param sequence see {@link InstallationEvent#sequence()}
 * @param occurredAt see {@link InstallationEvent#occurredAt()}
 * @param cause what made the service refresh
 * @param tokenVersion the version of the new token; higher than that of every older one
 * @param expiresAt when the new access token expires; null means that it does not
 * @param fingerprint {@code sha256:} and the first 32 hexadecimal digits, in lower case, of the SHA-256 of the new access
 *     token
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

        @JsonProperty("fingerprint") String fingerprint)
        implements InstallationEvent {

    /** The value of {@code ce_type}. */
    public static final String TYPE = "io.oauthservice.token.refreshed.v1";

    /** What made the service refresh. */
    public enum Cause {
        /** The old token was about to expire, or had. */
        @JsonProperty("expiring")
        EXPIRING,
        /** A caller needed a token that lives longer than the old one would have. */
        @JsonProperty("requested")
        REQUESTED,
        /** The old token was reported as refused, or an operator asked for a new one. */
        @JsonProperty("forced")
        FORCED
    }

    @Override
    public String type() {
        return TYPE;
    }
}
