package io.oauthservice.operations;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.AuditEntry;
import io.oauthservice.audit.AuditTrail;
import io.oauthservice.rewrap.RewrapJob;
import io.oauthservice.rewrap.RewrapStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Starts the rewrap and shows its progress. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class RewrapController {

    private static final String REWRAP = "operations:rewrap";

    private final RewrapJob job;
    private final AuditTrail trail;

    RewrapController(RewrapJob job, AuditTrail trail) {
        this.job = job;
        this.trail = trail;
    }

    @PostMapping("/oauth/operations/rewrap")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Re-encrypt every stored ciphertext under the current key",
            description = "After a key rotation, or when moving to another vault. Runs in the background.")
    @ApiResponse(responseCode = "202", description = "Started, or restarted from the beginning")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<RewrapStatus> start(Caller caller) {
        caller.requireOperator(REWRAP);
        return trail.record(new AuditEntry("operation.rewrap", null, Map.of())).then(job.request(caller.name()));
    }

    @GetMapping("/oauth/operations/rewrap")
    @Operation(
            summary = "Status of the rewrap",
            description = "Including how many ciphertexts of each key the current or last run has left.")
    @ApiResponse(responseCode = "200", description = "The status")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<RewrapStatus> status(Caller caller) {
        caller.requireOperator(REWRAP);
        return job.status();
    }
}
