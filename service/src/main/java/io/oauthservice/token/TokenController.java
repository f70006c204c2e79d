package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.audit.AuditCounts;
import io.oauthservice.audit.Origin;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.token.InstallationSelector.ByExternalInstallation;
import io.oauthservice.token.InstallationSelector.ByInstallation;
import io.oauthservice.token.InstallationSelector.ByOrganisation;
import io.oauthservice.token.InstallationSelector.ByOrganisationName;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.Narrowing;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenResponse;
import io.oauthservice.web.ETag;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class TokenController {

    private static final String ORG_ID = "org_id";
    private static final String ORG_NAME = "org_name";
    private static final String INSTALLATION_ID = "installation_id";
    private static final String INSTALL_ID = "install_id";
    private static final String USER_ID = "user_id";
    private static final String MIN_TTL = "min_ttl";
    private static final long MAX_TTL = 31_536_000;
    private static final Set<String> PARAMETERS = Set.of(
            ORG_ID,
            ORG_NAME,
            INSTALLATION_ID,
            USER_ID,
            MIN_TTL,
            NarrowingParameters.REPOSITORIES,
            NarrowingParameters.PERMISSIONS);
    private static final Set<String> PLAIN_PARAMETERS =
            Stream.concat(PARAMETERS.stream(), Stream.of(INSTALL_ID)).collect(Collectors.toUnmodifiableSet());

    private final TokenReads reads;
    private final FailureReports failures;
    private final Providers providers;
    private final AuditCounts counts;

    TokenController(TokenReads reads, FailureReports failures, Providers providers, AuditCounts counts) {
        this.reads = reads;
        this.failures = failures;
        this.providers = providers;
        this.counts = counts;
    }

    /** Takes its parameters from the request: Spring resolves each argument anew for each request. */
    @GetMapping(TokenCache.PATH + "{platform}")
    @Operation(
            summary = "Get a valid token",
            description =
                    "By organisation (org_id, or org_name if the name is unique) or by installation_id. After a request"
                            + " by name, compare the org_id of the response. Unknown parameters are rejected. Caches must"
                            + " not store the response. With repositories or permissions the token covers this part of"
                            + " the grant only.")
    @Parameter(
            name = ORG_ID,
            in = ParameterIn.QUERY,
            description = "The organisation's id; a name only if the text cannot be an id of the platform",
            schema = @Schema(type = "string"))
    @Parameter(
            name = ORG_NAME,
            in = ParameterIn.QUERY,
            description = "The organisation's name, case-insensitive, if no other organisation has it",
            schema = @Schema(type = "string"))
    @Parameter(name = INSTALLATION_ID, in = ParameterIn.QUERY, schema = @Schema(type = "string"))
    @Parameter(
            name = INSTALL_ID,
            in = ParameterIn.QUERY,
            description = "The platform's own id of the installation; only for clients with plain answers",
            schema = @Schema(type = "string"))
    @Parameter(
            name = USER_ID,
            in = ParameterIn.QUERY,
            description = "A user's grant instead of the organisation's default grant. Not with installation_id",
            schema = @Schema(type = "string"))
    @Parameter(
            name = MIN_TTL,
            in = ParameterIn.QUERY,
            description = "Lifetime in seconds that the token must have left, at most half of its whole lifetime",
            schema = @Schema(type = "string"))
    @Parameter(
            name = NarrowingParameters.REPOSITORIES,
            in = ParameterIn.QUERY,
            description = "Limits the token to these repositories: names or ids, separated by commas, at most 500."
                    + " Only for grants that can be narrowed",
            example = "web,api",
            schema = @Schema(type = "string"))
    @Parameter(
            name = NarrowingParameters.PERMISSIONS,
            in = ParameterIn.QUERY,
            description = "Limits the token to these permissions, separated by commas, each with its level read, write"
                    + " or admin. Only for grants that can be narrowed",
            example = "contents:read,issues:write",
            schema = @Schema(type = "string"))
    @Parameter(name = HttpHeaders.IF_NONE_MATCH, in = ParameterIn.HEADER, schema = @Schema(type = "string"))
    @ApiResponse(responseCode = "200", description = "A valid token")
    @ApiResponse(responseCode = "304", description = "The token that If-None-Match names is still the newest")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = "not-connected, unknown-platform, unknown-installation")
    @ApiResponse(
            responseCode = "409",
            description = "reconnect-required, suspended, pending-approval, ambiguous-organisation")
    @ApiResponse(responseCode = "422", description = "permissions-not-granted; see reason and granted")
    @ApiResponse(responseCode = "429", description = "rate-limited; see Retry-After")
    @ApiResponse(responseCode = "503", description = "provider-unavailable, storage-unavailable; see Retry-After")
    Mono<ResponseEntity<TokenResponse>> token(
            Caller caller,
            @Parameter(example = "github") @PathVariable("platform") String platform,
            ServerHttpRequest http) {
        rejectHead(http.getMethod());
        MultiValueMap<String, String> query = http.getQueryParams();
        QueryText.requireKnown(query, caller.plainAnswers() ? PLAIN_PARAMETERS : PARAMETERS);
        TokenRequest request = request(new Platform(platform), query, http.getURI());
        return reads.read(request, caller)
                // A refresh is the service's own, whichever of its callers happens to need it first.
                .contextWrite(Origin.context(Origin.SERVICE))
                .map(live -> count(live, caller, response(live, caller, ETag.ifNoneMatch(http)), http));
    }

    private TokenRequest request(Platform platform, MultiValueMap<String, String> query, URI address) {
        String userId = query.getFirst(USER_ID);
        Narrowing narrowing = NarrowingParameters.parse(
                query.getFirst(NarrowingParameters.REPOSITORIES), query.getFirst(NarrowingParameters.PERMISSIONS));
        if (!narrowing.isNone()) {
            requireNarrowable(platform, userId);
        }
        InstallationSelector selector = selector(
                query.getFirst(ORG_ID),
                query.getFirst(ORG_NAME),
                query.getFirst(INSTALLATION_ID),
                query.getFirst(INSTALL_ID));
        return new TokenRequest(
                platform,
                selector,
                user(userId, selector),
                ttl(query.getFirst(MIN_TTL)),
                narrowing,
                address.getRawPath() + "?" + address.getRawQuery());
    }

    private <T> ResponseEntity<T> count(
            LiveToken live, Caller caller, ResponseEntity<T> response, ServerHttpRequest http) {
        boolean notModified = response.getStatusCode() == HttpStatus.NOT_MODIFIED;
        counts.countRead(live.readCounters(), caller.name(), Origin.address(http), notModified);
        return response;
    }

    /** Spring handles HEAD by the GET method, which may refresh a token. */
    private static void rejectHead(HttpMethod method) {
        if (method.equals(HttpMethod.HEAD)) {
            throw new MethodNotAllowedException(method, Set.of(HttpMethod.GET));
        }
    }

    /** A user's grant cannot be narrowed on any platform. */
    private void requireNarrowable(Platform platform, @Nullable String userId) {
        boolean narrowable = userId == null
                && providers
                        .find(platform.id())
                        .filter(GuardedProvider::canNarrow)
                        .isPresent();
        if (!narrowable) {
            throw TokenProblems.cannotBeNarrowed();
        }
    }

    private static ResponseEntity<TokenResponse> response(LiveToken live, Caller caller, @Nullable String ifNoneMatch) {
        return caller.plainAnswers()
                ? TokenResponse.plainEtag(live).answer(ifNoneMatch, TokenResponse.plain(live), ETag.NO_STORE)
                : TokenResponse.etag(live).answer(ifNoneMatch, TokenResponse.of(live), ETag.NO_STORE);
    }

    @PostMapping(TokenCache.PATH + "{platform}/failures")
    @Operation(
            summary = "Report a rejected token",
            description =
                    "Names the token by its fingerprint. An older token is superseded. The current token is checked "
                            + "with the platform, and refreshed if it is not valid. The response says whether to retry.")
    @ApiResponse(responseCode = "200", description = "The result of the check, and whether to retry")
    @ApiResponse(responseCode = "400", description = "invalid-request")
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
        InstallationSelector selector = selector(report.orgId(), report.orgName(), report.installationId(), null);
        TokenRequest request = new TokenRequest(new Platform(platform), selector, user(report.userId(), selector));
        return failures.handle(request, report.checkedFingerprint(), caller);
    }

    private static InstallationSelector selector(
            @Nullable String orgId,
            @Nullable String orgName,
            @Nullable String installationId,
            @Nullable String installId) {
        if (Stream.of(orgId, orgName, installationId, installId)
                        .filter(Objects::nonNull)
                        .count()
                != 1) {
            throw ProblemException.invalid(
                    ORG_ID, "must be given, or else org_name or installation_id, and only one of them");
        }
        if (installationId != null) {
            return InstallationId.parse(installationId)
                    .map(ByInstallation::new)
                    .orElseThrow(() -> ProblemException.invalid(INSTALLATION_ID, "must be a UUID"));
        }
        if (orgName != null) {
            return new ByOrganisationName(QueryText.required(ORG_NAME, orgName));
        }
        return orgId == null
                ? new ByExternalInstallation(QueryText.required(INSTALL_ID, installId))
                : new ByOrganisation(QueryText.required(ORG_ID, orgId));
    }

    /** An installation is one grant, so that a user would be ignored. */
    private static @Nullable String user(@Nullable String userId, InstallationSelector selector) {
        if (userId == null) {
            return null;
        }
        return switch (selector) {
            case ByOrganisation organisation -> QueryText.required(USER_ID, userId);
            case ByOrganisationName organisation -> QueryText.required(USER_ID, userId);
            case ByInstallation installation -> throw ofOneInstallation(INSTALLATION_ID);
            case ByExternalInstallation installation -> throw ofOneInstallation(INSTALL_ID);
        };
    }

    private static ProblemException ofOneInstallation(String field) {
        return ProblemException.invalid(USER_ID, "must not be given together with " + field);
    }

    private static @Nullable Duration ttl(@Nullable String seconds) {
        return seconds == null ? null : Duration.ofSeconds(QueryText.number(MIN_TTL, seconds, 0, MAX_TTL));
    }
}
