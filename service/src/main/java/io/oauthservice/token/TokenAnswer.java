package io.oauthservice.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.provider.Secret;
import io.oauthservice.web.ETag;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a caller gets. */
@Schema(name = "Token")
record TokenAnswer(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType,

        @Schema(description = "null: it does not expire") @JsonProperty("expires_at") @Nullable
        Instant expiresAt,

        @JsonProperty("issued_at") @Nullable Instant issuedAt,
        @JsonProperty("platform") String platform,
        @JsonProperty("installation_id") String installationId,
        @JsonProperty("org_id") String orgId,
        @JsonProperty("org_name") @Nullable String orgName,
        @JsonProperty("scopes") List<String> scopes,
        @JsonProperty("missing_scopes") List<String> missingScopes,
        @JsonProperty("permissions") Map<String, String> permissions,
        @JsonProperty("orgs") List<Organisation> orgs,

        @Schema(description = "rises with every new token") @JsonProperty("token_version")
        long tokenVersion,

        @Schema(description = "stands for the token where the token itself must not be seen")
        @JsonProperty("fingerprint")
        String fingerprint) {

    static TokenAnswer of(LiveToken live) {
        Installation installation = live.installation();
        Secret token = live.accessToken();
        return new TokenAnswer(
                token.value(),
                "Bearer",
                installation.tokens().expiresAt(),
                installation.tokens().issuedAt(),
                installation.platform().id(),
                installation.id().toString(),
                live.organisation().id(),
                live.organisation().name(),
                installation.scopes(),
                installation.missingScopes(),
                installation.permissions(),
                installation.organisations(),
                installation.tokens().version(),
                fingerprint(live));
    }

    /** The same as long as nothing in the answer changes. */
    static ETag etag(LiveToken live) {
        Installation installation = live.installation();
        return ETag.of(fingerprint(live)
                + installation.updatedAt()
                + live.organisation().id());
    }

    /** As it is stored: made of this very token. */
    private static String fingerprint(LiveToken live) {
        return Objects.requireNonNull(live.installation().tokens().fingerprint());
    }

    @Override
    public String toString() {
        return "TokenAnswer[" + fingerprint + "]";
    }
}
