package io.oauthservice.rewrap;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.rewrap.RewrapProgress.State;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Progress of the current or last rewrap. */
@Schema(name = "Rewrap")
public record RewrapStatus(
        @Schema(description = "never, running, done") @JsonProperty("status")
        String status,

        @JsonProperty("requested_by") @Nullable String requestedBy,
        @JsonProperty("started_at") @Nullable Instant startedAt,
        @JsonProperty("finished_at") @Nullable Instant finishedAt,

        @Schema(description = "Which column is being rewrapped; null: none") @JsonProperty("column") @Nullable
        String column,

        @JsonProperty("rewrapped") long rewrapped,

        @Schema(description = "Could not be decrypted by any configured key, and left as they are")
        @JsonProperty("unreadable")
        long unreadable,

        @Schema(description = "The current key; null: the key service does not answer")
        @JsonProperty("current_key")
        @Nullable
        String currentKey,

        @Schema(
                description =
                        "How many ciphertexts of each key the current or last run has left; counted during the run")
        @JsonProperty("ciphertexts")
        Map<String, Long> ciphertexts) {

    static RewrapStatus of(State state, Optional<String> currentKey) {
        return new RewrapStatus(
                state.status(),
                state.requestedBy(),
                state.startedAt(),
                state.finishedAt(),
                state.column(),
                state.rewrapped(),
                state.unreadable(),
                currentKey.orElse(null),
                new TreeMap<>(state.ciphertexts()));
    }
}
