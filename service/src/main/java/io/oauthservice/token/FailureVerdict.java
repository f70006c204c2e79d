package io.oauthservice.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.installation.Installation;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The result of a report of a rejected token. */
@Schema(name = "FailureVerdict")
record FailureVerdict(
        @Schema(
                description = "superseded: there was a newer token already; refreshed: the token was replaced by a new "
                        + "one; accepted: the platform accepts the token, so that a scope or a permission is missing, "
                        + "or the token does not cover the target; retry: the narrowed token was issued a few seconds "
                        + "ago, and the platform may not know it everywhere yet")
        @JsonProperty("verdict")
        Verdict verdict,

        @Schema(description = "whether to get the token and retry, once") @JsonProperty("retry")
        boolean retry,

        @Schema(description = "of the newest token; null after the report of a narrowed token")
        @JsonProperty("fingerprint")
        @Nullable
        String fingerprint,

        @JsonProperty("token_version") long tokenVersion) {

    static FailureVerdict of(Verdict verdict, Installation now) {
        return new FailureVerdict(
                verdict,
                verdict != Verdict.ACCEPTED,
                now.tokens().fingerprint(),
                now.tokens().version());
    }

    /** Of a narrowed token. */
    static FailureVerdict ofNarrowed(Verdict verdict, Installation now) {
        return new FailureVerdict(verdict, true, null, now.tokens().version());
    }

    enum Verdict {
        @JsonProperty("superseded")
        SUPERSEDED,
        @JsonProperty("refreshed")
        REFRESHED,
        @JsonProperty("accepted")
        ACCEPTED,
        @JsonProperty("retry")
        RETRY
    }
}
