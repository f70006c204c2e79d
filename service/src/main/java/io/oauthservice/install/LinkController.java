package io.oauthservice.install;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.link.InstallLink;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Creates, returns and withdraws install links for callers. */
@RestController
class LinkController {

    private final CallerLinks links;

    LinkController(CallerLinks links) {
        this.links = links;
    }

    @PostMapping(path = "/oauth/install-links", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Create an install link",
            description = "An address at which a person without credentials connects an account, once. A caller that is"
                    + " limited to organisations names expected_org or installation_id.")
    @ApiResponse(responseCode = "201", description = "The link; its address is not shown again")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<ResponseEntity<NewLink>> create(Caller caller, @RequestBody(required = false) Mono<LinkRequest> body) {
        caller.require(Caller.INSTALLATIONS_WRITE);
        return StrictRequest.checked(body, LinkRequest.class)
                .flatMap(request -> links.create(caller, request))
                .map(link -> ResponseEntity.created(URI.create("/oauth/install-links/" + link.id()))
                        .cacheControl(CacheControl.noStore())
                        .body(link));
    }

    @GetMapping(path = "/oauth/install-links/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Get an install link",
            description = "For the caller that created it, and for callers without a limit to organisations.")
    @ApiResponse(responseCode = "200", description = "The link without its address")
    @ApiResponse(responseCode = "404", description = "unknown-link")
    Mono<ResponseEntity<LinkView>> get(Caller caller, @PathVariable("id") String id) {
        return links.find(caller, id)
                .map(LinkView::of)
                .map(view ->
                        ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(view));
    }

    @DeleteMapping("/oauth/install-links/{id}")
    @Operation(summary = "Withdraw an install link", description = "Permitted to the callers who may get it.")
    @ApiResponse(responseCode = "204", description = "Withdrawn, now or before", content = @Content)
    @ApiResponse(responseCode = "404", description = "unknown-link")
    @ApiResponse(responseCode = "409", description = "link-spent")
    Mono<ResponseEntity<Void>> withdraw(Caller caller, @PathVariable("id") String id) {
        return links.withdraw(caller, id).thenReturn(ResponseEntity.noContent().build());
    }

    /** A link as callers see it. */
    @Schema(name = "InstallLink")
    record LinkView(
            @JsonProperty("id") UUID id,
            @JsonProperty("platform") String platform,

            @Schema(
                    description = "claimed: a flow is completing, or its request waits for approval",
                    allowableValues = {"open", "claimed", "spent", "expired", "withdrawn"})
            @JsonProperty("status")
            String status,

            @JsonProperty("created_by") String createdBy,
            @JsonProperty("expires_at") Instant expiresAt,

            @Schema(description = "what it has connected, or is to reconnect")
            @JsonProperty("installation_id")
            @Nullable
            String installationId) {

        static LinkView of(InstallLink link) {
            InstallationId connected = link.installationId();
            InstallationId installation = connected == null ? link.terms().reconnected() : connected;
            return new LinkView(
                    link.id(),
                    link.terms().platform().id(),
                    link.status().code(),
                    link.terms().createdBy(),
                    link.expiresAt(),
                    installation == null ? null : installation.toString());
        }
    }
}
