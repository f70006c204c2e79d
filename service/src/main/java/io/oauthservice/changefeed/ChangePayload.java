package io.oauthservice.changefeed;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of a notification, as the triggers write it. Members that a later version adds are ignored. */
record ChangePayload(
        @JsonProperty("k") @Nullable String kind,
        @JsonProperty("p") @Nullable String platform,
        @JsonProperty("ids") @Nullable Set<UUID> ids,
        @JsonProperty("orgs") @Nullable Set<String> organisations,
        @JsonProperty("t") long transaction,
        @JsonProperty("x") long settledBefore) {

    /** A payload that cannot be parsed counts as a change of everything. */
    static Change parse(String text, JsonMapper json) {
        try {
            return json.readValue(text, ChangePayload.class).change();
        } catch (RuntimeException foreign) {
            return new Change.OfUnknown(0, 0);
        }
    }

    private Change change() {
        boolean state = "state".equals(kind);
        boolean use = "use".equals(kind);
        return platform == null || ids == null || !(state || use || "token".equals(kind))
                ? new Change.OfUnknown(transaction, settledBefore)
                : new Change.OfInstallations(
                        use,
                        state,
                        platform,
                        ids,
                        Objects.requireNonNullElse(organisations, Set.of()),
                        transaction,
                        settledBefore);
    }
}
