package io.oauthservice.listing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUses;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.LabelChanges;
import io.oauthservice.installation.Labels;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class LabelController {

    private static final Logger log = LoggerFactory.getLogger(LabelController.class);

    private final CallerInstallations callerInstallations;
    private final LastUses lastUses;
    private final LabelChanges changes;

    LabelController(CallerInstallations callerInstallations, LastUses lastUses, LabelChanges changes) {
        this.callerInstallations = callerInstallations;
        this.lastUses = lastUses;
        this.changes = changes;
    }

    @PatchMapping(
            path = "/oauth/installations/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Change the labels of an installation",
            description = "A merge patch (RFC 7396): labels that are not named stay, and null removes a label.")
    @ApiResponse(responseCode = "200", description = "The installation with its labels")
    @ApiResponse(responseCode = "400", description = "invalid-request; names the label")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<InstallationView> change(
            Caller caller, @PathVariable("id") String id, @RequestBody(required = false) Mono<Patch> body) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return StrictRequest.checked(body, Patch.class)
                .flatMap(patch -> change(id, caller, Labels.patch(patch.labels())))
                .doOnNext(changed -> log.info(
                        "Labels changed: platform={} installation={} by={}",
                        changed.platform(),
                        changed.id(),
                        caller.name()))
                .flatMap(changed -> lastUses.findExact(changed)
                        .mapNotNull(use -> InstallationView.of(changed, use.orElse(null), caller)
                                .orElse(null)))
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation));
    }

    private Mono<Installation> change(String id, Caller caller, Map<String, @Nullable String> patch) {
        return callerInstallations.findToChange(caller, id).flatMap(found -> changes.merge(found.id(), patch));
    }

    @Schema(name = "InstallationPatch")
    record Patch(
            @Schema(
                    description = "up to 16; names match [a-z][a-z0-9._-]{0,62}, values"
                            + " [A-Za-z0-9][A-Za-z0-9._@/-]{0,62}; null removes a label",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    example = "{\"team\": \"search\", \"old\": null}")
            @JsonProperty("labels")
            Map<String, @Nullable Object> labels)
            implements StrictRequest {

        @SuppressWarnings("NullAway") // An absent field is null.
        Patch {
            if (labels == null) {
                throw ProblemException.invalid("labels", "must be an object");
            }
        }
    }
}
