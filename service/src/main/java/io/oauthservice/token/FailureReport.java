package io.oauthservice.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A report that a platform has rejected a token. It names the token by its fingerprint. */
@Schema(name = "FailureReport")
record FailureReport(
        @Schema(description = "the organisation's id; or org_name, or installation_id: exactly one of them")
        @JsonProperty("org_id")
        @Nullable
        String orgId,

        @JsonProperty("org_name") @Nullable String orgName,
        @JsonProperty("installation_id") @Nullable String installationId,

        @Schema(description = "a user's grant instead of the organisation's default grant; not with installation_id")
        @JsonProperty("user_id")
        @Nullable
        String userId,

        @Schema(
                description = "as the token response names it",
                requiredMode = Schema.RequiredMode.REQUIRED,
                example = "sha256:2c26b46b68ffc68ff99b453c1d304134")
        @JsonProperty("fingerprint")
        @Nullable
        String fingerprint) {

    private static final Pattern FINGERPRINT = Pattern.compile("sha256:[0-9a-f]{32}");

    /** @throws ProblemException 400 if it is absent or malformed */
    String checkedFingerprint() {
        if (fingerprint == null || !FINGERPRINT.matcher(fingerprint).matches()) {
            throw ProblemException.invalid(
                    "fingerprint", "must be the fingerprint of the rejected token: sha256:<32 hex digits>");
        }
        return fingerprint;
    }
}
