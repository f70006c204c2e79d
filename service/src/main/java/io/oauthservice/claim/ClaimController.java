package io.oauthservice.claim;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class ClaimController {

    private final Claimer claimer;

    ClaimController(Claimer claimer) {
        this.claimer = claimer;
    }

    @PostMapping("/oauth/installations/{id}/claim")
    @Operation(
            summary = "Claim an installation",
            description = "Activates an installation that was created at the provider, without an install flow.")
    @ApiResponse(responseCode = "200", description = "The installation is active")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    @ApiResponse(responseCode = "409", description = "not-unclaimed or suspended")
    @ApiResponse(responseCode = "503", description = "provider-unavailable")
    Mono<Claimed> claim(Caller caller, @PathVariable("id") String id) {
        return claimer.claim(caller, id)
                .map(active -> new Claimed(id, active.status().code()));
    }

    @Schema(name = "Claimed")
    record Claimed(
            @JsonProperty("id") String id,
            @JsonProperty("status") String status) {}
}
