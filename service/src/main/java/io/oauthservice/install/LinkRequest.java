package io.oauthservice.install;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The request body for a new install link. */
@Schema(name = "InstallLinkRequest")
record LinkRequest(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "the id of a configured platform")
        @JsonProperty("platform")
        String platform,

        @Schema(description = "where the browser goes at the end; absent: a page of this service")
        @JsonProperty("return_to")
        @Nullable
        String returnTo,

        @Schema(
                description = "origin of the page that opens the link in a window and gets the outcome as a message",
                example = "https://dashboard.example.com")
        @JsonProperty("opener_origin")
        @Nullable
        String openerOrigin,

        @Schema(description = "seconds; a day if absent", minimum = "60", maximum = "604800")
        @JsonProperty("expires_in")
        @Nullable
        Long expiresIn,

        @Schema(description = "labels of the installation, if it is new; up to 16") @JsonProperty("labels") @Nullable
        Map<String, @Nullable Object> labels,

        @Schema(description = "the id of the organisation that has to be connected")
        @JsonProperty("expected_org")
        @Nullable
        String expectedOrg,

        @Schema(description = "the installation that has to be reconnected") @JsonProperty("installation_id") @Nullable
        UUID installationId)
        implements StrictRequest {

    private static final long SHORTEST = 60;
    private static final long LONGEST = Duration.ofDays(7).toSeconds();
    private static final Duration DEFAULT = Duration.ofDays(1);

    LinkRequest {
        platform = QueryText.required("platform", platform);
        expectedOrg = QueryText.optional("expected_org", expectedOrg);
        if (expiresIn != null && (expiresIn < SHORTEST || expiresIn > LONGEST)) {
            throw ProblemException.invalid(
                    "expires_in", "must be a whole number between " + SHORTEST + " and " + LONGEST);
        }
        if (expectedOrg != null && installationId != null) {
            throw ProblemException.invalid("expected_org", "must not be given together with installation_id");
        }
    }

    Duration life() {
        return expiresIn == null ? DEFAULT : Duration.ofSeconds(expiresIn);
    }
}
