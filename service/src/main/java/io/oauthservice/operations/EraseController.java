package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.AuditEntry;
import io.oauthservice.audit.AuditTrail;
import io.oauthservice.audit.Erasures;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Erases the names of callers and people. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class EraseController {

    private static final String ERASE = "operations:erase";

    private final Erasures erasures;
    private final AuditTrail trail;

    EraseController(Erasures erasures, AuditTrail trail) {
        this.erasures = erasures;
        this.trail = trail;
    }

    @PostMapping("/oauth/operations/erase")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Erase an actor",
            description = "Replaces the name by random ones in the audit, in last_used_by and in installed_by; in the"
                    + " background after the first 10,000 entries. Remove the actor's access first.")
    @ApiResponse(responseCode = "202", description = "Accepted; it continues even if this replica stops")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<EraseAnswer> erase(Caller caller, @RequestBody(required = false) Mono<EraseRequest> body) {
        caller.requireOperator(ERASE);
        return StrictRequest.checked(body, EraseRequest.class).flatMap(this::erase);
    }

    /** The record does not contain the name that is erased. */
    private Mono<EraseAnswer> erase(EraseRequest request) {
        return trail.record(new AuditEntry("operation.erase", null, Map.of()))
                .then(erasures.request(request.actor()))
                .map(EraseAnswer::new);
    }

    @Schema(name = "EraseAnswer")
    record EraseAnswer(
            @Schema(description = "How many entries of the audit name the actor; counted up to a million")
            @JsonProperty("entries")
            long entries) {}
}
