package io.oauthservice.tokencache;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.oauthservice.web.ETag;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A token as callers get it. */
@Schema(name = "Token")
public record TokenResponse(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType,

        @Schema(description = "null: the token does not expire") @JsonProperty("expires_at") @Nullable
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

        @Schema(description = "increases with every new token") @JsonProperty("token_version")
        long tokenVersion,

        @Schema(description = "identifies the token in logs and reports, without revealing it")
        @JsonProperty("fingerprint")
        String fingerprint,

        @JsonUnwrapped @Nullable Plain plain) {

    public static TokenResponse of(LiveToken live) {
        return of(live, null);
    }

    /** With the fields of the plain contract. */
    public static TokenResponse plain(LiveToken live) {
        return of(live, new Plain(true, live.accessToken().value()));
    }

    private static TokenResponse of(LiveToken live, @Nullable Plain plain) {
        Installation installation = live.installation();
        Secret token = live.accessToken();
        return new TokenResponse(
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
                fingerprint(live),
                plain);
    }

    /** Unchanged as long as the response is. */
    public static ETag etag(LiveToken live) {
        return ETag.of(revision(live));
    }

    /** Of the response with the fields of the plain contract. */
    public static ETag plainEtag(LiveToken live) {
        return ETag.of(revision(live) + "plain");
    }

    private static String revision(LiveToken live) {
        Installation installation = live.installation();
        return fingerprint(live)
                + installation.updatedAt()
                + live.organisation().id();
    }

    private static String fingerprint(LiveToken live) {
        return Objects.requireNonNull(live.installation().tokens().fingerprint());
    }

    @Override
    public String toString() {
        return "TokenResponse[" + fingerprint + "]";
    }

    /** The additional fields of the plain contract. */
    record Plain(
            @Schema(description = "only for clients with plain answers: true") @JsonProperty("available")
            boolean available,

            @Schema(description = "only for clients with plain answers: the same as access_token")
            @JsonProperty("token")
            String token) {

        @Override
        public String toString() {
            return "Plain[]";
        }
    }
}
