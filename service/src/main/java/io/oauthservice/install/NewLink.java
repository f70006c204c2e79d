package io.oauthservice.install;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;

/** An install link at the only time when its address is known. */
@Schema(name = "NewInstallLink")
public record NewLink(
        @JsonProperty("id") UUID id,

        @Schema(description = "for one person; contains a secret") @JsonProperty("url")
        URI url,

        @JsonProperty("expires_at") Instant expiresAt) {

    @Override
    public String toString() {
        return "NewLink[" + id + "]";
    }
}
