package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which events to send again: those of one installation, or all, since a time in the past. */
@Schema(name = "ReplayOrder")
record ReplayRequest(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("from")
        Instant from,

        @Schema(description = "Absent: all") @JsonProperty("installation_id") @Nullable
        UUID installationId)
        implements StrictRequest {

    @SuppressWarnings("NullAway") // Absent fields are null.
    ReplayRequest {
        if (from == null || from.isBefore(Instant.EPOCH) || from.isAfter(Instant.now())) {
            throw ProblemException.invalid("from", StrictRequest.TIME);
        }
    }
}
