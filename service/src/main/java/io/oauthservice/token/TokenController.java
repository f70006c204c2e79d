package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.token.TokenRequest.Target;
import io.oauthservice.token.TokenRequest.Target.OfExternalInstallation;
import io.oauthservice.token.TokenRequest.Target.OfInstallation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisation;
import io.oauthservice.token.TokenRequest.Target.OfOrganisationNamed;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.TokenResponse;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class TokenController {

    private static final long MAX_TTL = 31_536_000;
    private static final Set<String> PARAMETERS = Set.of("org_id", "org_name", "installation_id", "user_id", "min_ttl");
    private static final Set<String> PLAIN_PARAMETERS =
            Set.of("org_id", "org_name", "installation_id", "install_id", "user_id", "min_ttl");

    private final TokenReads reads;
    private final FailureReports failures;

    TokenController(TokenReads reads, FailureReports failures) {
        this.reads = reads;
        this.failures = failures;
    }

    @GetMapping("/oauth/token/{platform}")
    @Operation(
            summary = "A live token",
            description =
                    "By organisation (org_id, or org_name where the name is unique) or by installation_id. Who asks"
                            + " by name compares the org_id of the answer. An unknown parameter is refused. Never stored by caches.")
    @ApiResponse(responseCode = "200", description = "A token that is good now")
    @ApiResponse(responseCode = "304", description = "The caller's token, told by If-None-Match, is still the newest")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "401", description = "unauthenticated")
    @ApiResponse(responseCode = "403", description = "forbidden")
    @ApiResponse(responseCode = "404", description = "not-connected, unknown-platform, unknown-installation")
    @ApiResponse(
            responseCode = "409",
            description = "reconnect-required, suspended, pending-approval, ambiguous-organisation")
    @ApiResponse(responseCode = "503", description = "provider-unavailable, storage-unavailable; see Retry-After")
    Mono<ResponseEntity<TokenResponse>> token(
            Caller caller,
            @Parameter(example = "github") @PathVariable("platform") String platform,
            @Parameter(
                            description =
                                    "The organisation's id; a name only where the text cannot be an id of the platform")
                    @RequestParam(name = "org_id", required = false)
                    @Nullable
                    String orgId,
            @Parameter(description = "The organisation's name, in any case, where no other organisation has it")
                    @RequestParam(name = "org_name", required = false)
                    @Nullable
                    String orgName,
            @RequestParam(name = "installation_id", required = false) @Nullable String installationId,
            @Parameter(description = "The platform's own id of the installation; only for clients with plain answers")
                    @RequestParam(name = "install_id", required = false)
                    @Nullable
                    String installId,
            @Parameter(description = "A user's grant in place of the organisation's default")
                    @RequestParam(name = "user_id", required = false)
                    @Nullable
                    String userId,
            @Parameter(description = "Seconds of life that the token must have left, at most half of its life")
                    @RequestParam(name = "min_ttl", required = false)
                    @Nullable
                    String minTtl,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String ifNoneMatch,
            ServerHttpRequest http) {
        QueryText.requireKnown(http.getQueryParams(), caller.plainAnswers() ? PLAIN_PARAMETERS : PARAMETERS);
        TokenRequest request = new TokenRequest(
                new Platform(platform),
                target(orgId, orgName, installationId, installId),
                QueryText.bounded("user_id", userId),
                ttl(minTtl));
        return reads.read(request, caller).map(live -> answer(live, caller, ifNoneMatch));
    }

    private static ResponseEntity<TokenResponse> answer(LiveToken live, Caller caller, @Nullable String ifNoneMatch) {
        return caller.plainAnswers()
                ? TokenResponse.plainEtag(live).answer(ifNoneMatch, TokenResponse.plain(live))
                : TokenResponse.etag(live).answer(ifNoneMatch, TokenResponse.of(live));
    }

    @PostMapping("/oauth/token/{platform}/failures")
    @Operation(
            summary = "This token was refused",
            description = "Told by its fingerprint. An older token is superseded; the current one is checked with the "
                    + "platform, and refreshed where it is dead. The answer says whether to try again.")
    @ApiResponse(responseCode = "200", description = "What was found, and whether to retry")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "401", description = "unauthenticated")
    @ApiResponse(responseCode = "403", description = "forbidden")
    @ApiResponse(responseCode = "404", description = "not-connected, unknown-platform, unknown-installation")
    @ApiResponse(
            responseCode = "409",
            description = "reconnect-required, suspended, pending-approval, ambiguous-organisation")
    @ApiResponse(responseCode = "429", description = "rate-limited; see Retry-After")
    @ApiResponse(responseCode = "503", description = "provider-unavailable, storage-unavailable; see Retry-After")
    Mono<FailureVerdict> failure(
            Caller caller,
            @Parameter(example = "github") @PathVariable("platform") String platform,
            @RequestBody FailureReport report) {
        TokenRequest request = new TokenRequest(
                new Platform(platform),
                target(report.orgId(), report.orgName(), report.installationId(), null),
                QueryText.bounded("user_id", report.userId()),
                null);
        return failures.told(request, report.checkedFingerprint(), caller);
    }

    private static Target target(
            @Nullable String orgId,
            @Nullable String orgName,
            @Nullable String installationId,
            @Nullable String installId) {
        if (Stream.of(orgId, orgName, installationId, installId)
                        .filter(Objects::nonNull)
                        .count()
                != 1) {
            throw ProblemException.invalid(
                    "org_id", "or else org_name or installation_id must be given, and only one of them");
        }
        if (installationId != null) {
            return InstallationId.parse(installationId)
                    .map(OfInstallation::new)
                    .orElseThrow(() -> ProblemException.invalid("installation_id", "must be a UUID"));
        }
        if (orgName != null) {
            return new OfOrganisationNamed(required("org_name", orgName));
        }
        return orgId == null
                ? new OfExternalInstallation(required("install_id", installId))
                : new OfOrganisation(required("org_id", orgId));
    }

    private static String required(String field, @Nullable String value) {
        String text = QueryText.bounded(field, value);
        if (text == null) {
            throw ProblemException.invalid(field, "must not be empty");
        }
        return text;
    }

    private static @Nullable Duration ttl(@Nullable String seconds) {
        return seconds == null ? null : Duration.ofSeconds(QueryText.number("min_ttl", seconds, 0, MAX_TTL));
    }
}
