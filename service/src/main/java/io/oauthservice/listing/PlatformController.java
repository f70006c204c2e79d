package io.oauthservice.listing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderHealth;
import io.oauthservice.provider.Providers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class PlatformController {

    private final Providers providers;
    private final ConnectUrls connectUrls;

    PlatformController(Providers providers, ConnectUrls connectUrls) {
        this.providers = providers;
        this.connectUrls = connectUrls;
    }

    @GetMapping("/oauth/platforms")
    @Operation(
            summary = "List platforms",
            description = "The configured platforms and their health, as seen by the responding replica.")
    @ApiResponse(responseCode = "200", description = "Every configured platform")
    ResponseEntity<Platforms> list(Caller caller) {
        caller.require(Caller.INSTALLATIONS_READ);
        List<PlatformView> platforms = providers.all().stream().map(this::view).toList();
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new Platforms(platforms));
    }

    private PlatformView view(GuardedProvider provider) {
        ProviderHealth health = provider.health();
        return new PlatformView(
                provider.platform().id(),
                provider.displayName(),
                connectUrls.of(provider.platform()),
                health.state().code(),
                health.state().reason(),
                health.since(),
                health.retryAt());
    }

    @Schema(name = "PlatformList")
    record Platforms(@JsonProperty("platforms") List<PlatformView> platforms) {}

    /** A platform as callers see it. */
    @Schema(name = "Platform")
    record PlatformView(
            @JsonProperty("id") String id,
            @JsonProperty("display_name") String displayName,

            @Schema(description = "null: flows are closed (OAUTH_INSTALL_OPEN=false); use an install link")
            @JsonProperty("connect_url")
            @Nullable
            URI connectUrl,

            @Schema(
                    description =
                            "ok; circuit_open: it is not called for now; half_open: a few calls decide whether it is"
                                    + " called again; credentials_rejected: it rejects the client credentials",
                    allowableValues = {"ok", "circuit_open", "half_open", "credentials_rejected"})
            @JsonProperty("health")
            String health,

            @Schema(description = "why it is not ok: failing, misconfigured") @JsonProperty("reason") @Nullable
            String reason,

            @Schema(description = "when that began") @JsonProperty("since") @Nullable
            Instant since,

            @Schema(description = "when it is called again") @JsonProperty("retry_at") @Nullable
            Instant retryAt) {}
}
