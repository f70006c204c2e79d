package io.oauthservice.revoke;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class RevokeController {

    private final Revoker revoker;

    RevokeController(Revoker revoker) {
        this.revoker = revoker;
    }

    @DeleteMapping("/oauth/installations/{id}")
    @Operation(
            summary = "Revoke an installation",
            description = "Its token is no longer returned. The grant is also revoked at the provider, with retries.")
    @ApiResponse(responseCode = "200", description = "The same as 204, for clients with plain responses")
    @ApiResponse(responseCode = "204", description = "Revoked, now or before", content = @Content)
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<ResponseEntity<Revoked>> revoke(Caller caller, @PathVariable("id") String id) {
        return revoker.revoke(caller, id).then(Mono.fromSupplier(() -> response(id, caller)));
    }

    private static ResponseEntity<Revoked> response(String id, Caller caller) {
        return caller.plainAnswers()
                ? ResponseEntity.ok(new Revoked(id, "revoked"))
                : ResponseEntity.noContent().build();
    }

    /** The success that clients with plain responses expect. */
    @Schema(name = "Revoked")
    record Revoked(
            @JsonProperty("id") String id,
            @JsonProperty("status") String status) {}
}
