package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which blocked installations to release: one or all. */
@Schema(name = "ReleaseOrder")
record ReleaseRequest(
        @Schema(description = "This one; else all must be true") @JsonProperty("installation_id") @Nullable
        UUID installationId,

        @JsonProperty("all") @Nullable Boolean all,

        @Schema(description = "Delete the rejected event; with installation_id only") @JsonProperty("skip") @Nullable
        Boolean skip)
        implements StrictRequest {

    ReleaseRequest {
        if (Boolean.TRUE.equals(all) == (installationId != null)) {
            throw ProblemException.invalid("installation_id", "is required, unless \"all\" is true");
        }
        if (Boolean.TRUE.equals(skip) && installationId == null) {
            throw ProblemException.invalid("skip", "requires an installation_id");
        }
    }

    boolean skips() {
        return Boolean.TRUE.equals(skip);
    }
}
