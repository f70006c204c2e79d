package io.oauthservice.claim;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.UnclaimedInstallations;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.refresh.Activation;
import io.oauthservice.refresh.RefreshFailed;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class ClaimController {

    private static final Logger log = LoggerFactory.getLogger(ClaimController.class);

    private final Installations installations;
    private final UnclaimedInstallations unclaimed;
    private final Activation activation;

    ClaimController(Installations installations, UnclaimedInstallations unclaimed, Activation activation) {
        this.installations = installations;
        this.unclaimed = unclaimed;
        this.activation = activation;
    }

    @PostMapping("/oauth/installations/{id}/claim")
    @Operation(
            summary = "Claim an installation",
            description = "Makes an installation active that was made at the provider, without an install flow.")
    @ApiResponse(responseCode = "200", description = "Active from now on")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    @ApiResponse(responseCode = "409", description = "not-unclaimed or suspended")
    @ApiResponse(responseCode = "503", description = "provider-unavailable")
    Mono<Claimed> claim(Caller caller, @PathVariable("id") String id) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return Mono.justOrEmpty(InstallationId.parse(id))
                .flatMap(installations::find)
                .filter(found -> caller.shareOf(found.organisationIds()) == Caller.Share.WHOLE)
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation))
                .flatMap(found ->
                        found.status() == InstallationStatus.UNCLAIMED ? activate(found) : Mono.error(notUnclaimed()))
                .switchIfEmpty(Mono.error(ClaimController::notUnclaimed))
                .doOnNext(active -> log.info(
                        "Claimed: platform={} installation={} by={}", active.platform(), active.id(), caller.name()))
                .map(active -> new Claimed(id, active.status().code()));
    }

    private Mono<Installation> activate(Installation found) {
        return activation
                .activate(found)
                .onErrorResume(
                        ReconnectRequired.class,
                        ended -> ended.ending() == Ending.SUSPENDED
                                ? Mono.error(suspended())
                                : unclaimed.forget(found).then(Mono.error(notUnclaimed())))
                .onErrorMap(ProviderException.class, RefreshFailed::of);
    }

    private static ProblemException notUnclaimed() {
        return new ProblemException(
                HttpStatus.CONFLICT,
                "not-unclaimed",
                "Only an installation with the status unclaimed can be claimed; look at its present status");
    }

    private static ProblemException suspended() {
        return new ProblemException(
                HttpStatus.CONFLICT,
                "suspended",
                "The installation is suspended at the provider; an administrator must unsuspend it there");
    }

    @Schema(name = "Claimed")
    record Claimed(
            @JsonProperty("id") String id,
            @JsonProperty("status") String status) {}
}
