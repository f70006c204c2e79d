package io.oauthservice.revoke;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class RevokeController {

    private static final Logger log = LoggerFactory.getLogger(RevokeController.class);

    private final Installations installations;
    private final ProviderRevocations revocations;
    private final Providers providers;

    RevokeController(Installations installations, ProviderRevocations revocations, Providers providers) {
        this.installations = installations;
        this.revocations = revocations;
        this.providers = providers;
    }

    @DeleteMapping("/oauth/installations/{id}")
    @Operation(
            summary = "Revoke an installation",
            description = "Its token is no longer returned. The grant is also revoked at the provider, with retries.")
    @ApiResponse(responseCode = "200", description = "The same as 204, for clients with plain responses")
    @ApiResponse(responseCode = "204", description = "Revoked, now or before", content = @Content)
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<ResponseEntity<Revoked>> revoke(Caller caller, @PathVariable("id") String id) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return Mono.justOrEmpty(InstallationId.parse(id))
                .flatMap(installations::find)
                .filter(found -> isOwn(found, caller))
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation))
                .flatMap(found -> installations.revoke(found.id(), isRevokedByInstallation(found)))
                .doOnNext(ended -> {
                    log.info("Revoked: platform={} installation={} by={}", ended.platform(), ended.id(), caller.name());
                    revocations.wake();
                })
                .then(Mono.fromSupplier(() -> response(id, caller)));
    }

    /** A platform that is not configured may be one that needs no token; it decides when it is configured again. */
    private boolean isRevokedByInstallation(Installation found) {
        return providers
                .find(found.platform().id())
                .map(provider -> provider.revokesByInstallation(found.grant(null, null)))
                .orElse(true);
    }

    /** A caller must be entitled to every organisation: a revocation takes the token from all of them. */
    private static boolean isOwn(Installation found, Caller caller) {
        return switch (caller.shareOf(found.organisationIds())) {
            case NONE -> false;
            case PART -> throw ProblemException.forbidden("every organisation that the installation reaches");
            case WHOLE -> true;
        };
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
