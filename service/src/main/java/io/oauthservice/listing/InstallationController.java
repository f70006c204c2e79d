package io.oauthservice.listing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.LastUse;
import io.oauthservice.audit.LastUses;
import io.oauthservice.entitlement.CallerInstallations;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.listing.InstallationFilter.Cursor;
import io.oauthservice.web.ETag;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class InstallationController {

    private static final Set<String> PARAMETERS =
            Set.of("platform", "status", "org_id", "q", "label", "cursor", "limit");
    private static final Set<String> CACHED_PARAMETERS = Set.of("platform", "status", "org_id", "label", "limit");

    /** Nothing encoded, so that equal addresses are equal requests. */
    private static final Pattern PLAIN_QUERY = Pattern.compile("[!-~&&[^%+;]]{0,200}");

    private final InstallationList list;
    private final CallerInstallations callerInstallations;
    private final LastUses lastUses;
    private final ListCache lists;
    private final JsonMapper json;

    InstallationController(
            InstallationList list,
            CallerInstallations callerInstallations,
            LastUses lastUses,
            ListCache lists,
            JsonMapper json) {
        this.list = list;
        this.callerInstallations = callerInstallations;
        this.lastUses = lastUses;
        this.lists = lists;
        this.json = json;
    }

    @GetMapping(ListCache.PATH)
    @Operation(
            summary = "List installations",
            description =
                    "Newest first. Without status, only active installations, so that a non-empty list means connected."
                            + " A caller that is limited to organisations sees only these organisations of each."
                            + " Unknown parameters are rejected.")
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "A label, or label:value; repeated: installations that have all of them",
            array = @ArraySchema(schema = @Schema(type = "string", example = "team:search")))
    @ApiResponse(
            responseCode = "200",
            description = "One page",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Page.class)))
    @ApiResponse(
            responseCode = "304",
            description = "Nothing has changed since the response with the ETag in If-None-Match")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    Mono<ResponseEntity<Object>> list(
            Caller caller,
            @Parameter(example = "github") @RequestParam(name = "platform", required = false) @Nullable String platform,
            @Parameter(description = "One or more, separated by commas; all: every status")
                    @RequestParam(name = "status", required = false)
                    @Nullable
                    String status,
            @RequestParam(name = "org_id", required = false) @Nullable String orgId,
            @Parameter(description = "Part of an organisation's name")
                    @RequestParam(name = "q", required = false)
                    @Nullable
                    String q,
            @Parameter(description = "next_cursor of the previous page")
                    @RequestParam(name = "cursor", required = false)
                    @Nullable
                    String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String ifNoneMatch,
            ServerHttpRequest http) {
        caller.require(Caller.INSTALLATIONS_READ);
        QueryText.requireKnown(http.getQueryParams(), PARAMETERS, LabelParameter.REPEATABLE);
        InstallationFilter filter = new InstallationFilter(
                QueryText.optional("platform", platform),
                statuses(status),
                QueryText.optional("org_id", orgId),
                QueryText.bounded("q", q),
                caller.visibleOrganisations(),
                LabelParameter.parse(http),
                cursor(cursor),
                QueryText.limit(limit));
        return read(caller, http, () -> read(filter, caller)).map(list -> list.answer(ifNoneMatch));
    }

    private Mono<CachedList> read(InstallationFilter filter, Caller caller) {
        return list.page(filter)
                .zipWhen(
                        found -> lastUses.find(found.installations()),
                        (found, uses) -> render(found, uses, filter, caller));
    }

    private Mono<CachedList> read(Caller caller, ServerHttpRequest http, Supplier<Mono<CachedList>> read) {
        String query = Objects.requireNonNullElse(http.getURI().getRawQuery(), "");
        boolean cached = CACHED_PARAMETERS.containsAll(http.getQueryParams().keySet())
                && PLAIN_QUERY.matcher(query).matches();
        return cached ? lists.read(caller, ListCache.address(http), ListCache.mustBeFresh(http), read) : read.get();
    }

    @GetMapping("/oauth/installations/{id}")
    @Operation(summary = "Get an installation")
    @ApiResponse(
            responseCode = "200",
            description = "The installation",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = InstallationView.class)))
    @ApiResponse(
            responseCode = "304",
            description = "Nothing has changed since the response with the ETag in If-None-Match")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<ResponseEntity<Object>> one(
            Caller caller,
            @PathVariable("id") String id,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String ifNoneMatch) {
        return callerInstallations
                .findReadable(caller, id)
                .flatMap(found -> lastUses.findExact(found)
                        .mapNotNull(use -> InstallationView.of(found, use.orElse(null), caller)
                                .orElse(null)))
                .map(json::writeValueAsBytes)
                .map(body -> ETag.of(body).answer(ifNoneMatch, body, ETag.REVALIDATE));
    }

    private CachedList render(
            InstallationPage found, Map<InstallationId, LastUse> uses, InstallationFilter filter, Caller caller) {
        Page page = new Page(
                found.installations().stream()
                        .flatMap(installation ->
                                InstallationView.of(installation, uses.get(installation.id()), caller).stream())
                        .toList(),
                found.next() == null ? null : found.next().toString());
        Set<UUID> ids = found.installations().stream()
                .map(installation -> installation.id().value())
                .collect(Collectors.toSet());
        return CachedList.of(page, filter.platform(), ids, json);
    }

    private static List<InstallationStatus> statuses(@Nullable String codes) {
        if (codes == null || codes.isBlank()) {
            return List.of(InstallationStatus.ACTIVE);
        }
        if (codes.equals("all")) {
            return List.of();
        }
        return Arrays.stream(codes.split(",", -1))
                .map(code -> InstallationStatus.of(code)
                        .orElseThrow(() -> ProblemException.invalid(
                                "status",
                                "must be all, or one or more of "
                                        + Arrays.stream(InstallationStatus.values())
                                                .map(InstallationStatus::code)
                                                .toList())))
                .toList();
    }

    private static @Nullable Cursor cursor(@Nullable String text) {
        return text == null
                ? null
                : Cursor.parse(text)
                        .orElseThrow(() ->
                                ProblemException.invalid("cursor", "must be the next_cursor of a page of this list"));
    }

    @Schema(name = "InstallationPage")
    record Page(
            @JsonProperty("installations") List<InstallationView> installations,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
