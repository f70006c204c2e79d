package io.oauthservice.operations;

import io.oauthservice.access.Caller;
import io.oauthservice.rewrap.RewrapJob;
import io.oauthservice.rewrap.RewrapStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class RewrapController {

    private static final String REWRAP = "operations:rewrap";

    private final RewrapJob rewrapping;

    RewrapController(RewrapJob rewrapping) {
        this.rewrapping = rewrapping;
    }

    @PostMapping("/oauth/operations/rewrap")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Move every stored ciphertext to the present key",
            description = "After a key rotation, or on the way to another vault. Goes on in the background.")
    @ApiResponse(responseCode = "202", description = "Begun, or begun anew")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<RewrapStatus> begin(Caller caller) {
        caller.requireOperator(REWRAP);
        return rewrapping.begin(caller.name());
    }

    @GetMapping("/oauth/operations/rewrap")
    @Operation(
            summary = "How the re-wrap stands",
            description = "Also how many ciphertexts of each key the present or last run has left.")
    @ApiResponse(responseCode = "200", description = "How it stands")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<RewrapStatus> state(Caller caller) {
        caller.requireOperator(REWRAP);
        return rewrapping.answer();
    }
}
