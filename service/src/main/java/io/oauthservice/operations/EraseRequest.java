package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.audit.Erasures;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.media.Schema;

/** Whose name to erase. */
@Schema(name = "EraseOrder")
record EraseRequest(
        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, description = "As in the audit and in installed_by")
        @JsonProperty("actor")
        String actor)
        implements StrictRequest {

    EraseRequest {
        actor = QueryText.required("actor", actor);
        if (!Erasures.isErasable(actor)) {
            throw ProblemException.invalid("actor", "is the name of no caller and no person");
        }
    }
}
