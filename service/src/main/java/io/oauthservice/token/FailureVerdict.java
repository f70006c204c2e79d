package io.oauthservice.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.installation.Installation;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a report of a refused token led to. */
@Schema(name = "FailureVerdict")
record FailureVerdict(
        @Schema(
                description =
                        "superseded: there is a newer token; refreshed: there is now; accepted: the platform takes "
                                + "the token, so that it lacks a scope or a permission, or the target is not reached by it")
        @JsonProperty("verdict")
        Word verdict,

        @Schema(description = "whether to ask for the token and try again, once") @JsonProperty("retry")
        boolean retry,

        @Schema(description = "of the newest token") @JsonProperty("fingerprint") @Nullable
        String fingerprint,

        @JsonProperty("token_version") long tokenVersion) {

    static FailureVerdict of(Word verdict, Installation now) {
        return new FailureVerdict(
                verdict,
                verdict != Word.ACCEPTED,
                now.tokens().fingerprint(),
                now.tokens().version());
    }

    /** The verdicts in words. */
    enum Word {
        @JsonProperty("superseded")
        SUPERSEDED,
        @JsonProperty("refreshed")
        REFRESHED,
        @JsonProperty("accepted")
        ACCEPTED
    }
}
