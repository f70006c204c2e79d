package io.oauthservice.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.InstallationFilter;
import io.oauthservice.installation.InstallationFilter.Cursor;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationPage;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.web.ETag;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class InstallationController {

    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> PARAMETERS = Set.of("platform", "status", "org_id", "q", "cursor", "limit");

    private final Installations installations;

    InstallationController(Installations installations) {
        this.installations = installations;
    }

    @GetMapping("/oauth/installations")
    @Operation(
            summary = "List installations",
            description =
                    "Newest first. Without status, only active installations, so that a non-empty list means connected."
                            + " A caller that is limited to organisations sees only these organisations of each."
                            + " Unknown parameters are rejected.")
    @ApiResponse(responseCode = "200", description = "One page")
    @ApiResponse(
            responseCode = "304",
            description = "Nothing has changed since the response with the ETag in If-None-Match")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    Mono<ResponseEntity<Page>> list(
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
        QueryText.requireKnown(http.getQueryParams(), PARAMETERS);
        InstallationFilter filter = new InstallationFilter(
                QueryText.optional("platform", platform),
                statuses(status),
                QueryText.optional("org_id", orgId),
                QueryText.bounded("q", q),
                caller.visibleOrganisations(),
                cursor(cursor),
                limit(limit));
        return installations.list(filter).map(page -> response(page, caller, ifNoneMatch));
    }

    @GetMapping("/oauth/installations/{id}")
    @Operation(summary = "Get an installation")
    @ApiResponse(responseCode = "200", description = "The installation")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<InstallationView> one(Caller caller, @PathVariable("id") String id) {
        caller.require(Caller.INSTALLATIONS_READ);
        return Mono.justOrEmpty(InstallationId.parse(id))
                .flatMap(installations::find)
                .mapNotNull(found -> InstallationView.of(found, caller).orElse(null))
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation));
    }

    private static ResponseEntity<Page> response(InstallationPage found, Caller caller, @Nullable String ifNoneMatch) {
        Page page = new Page(
                found.installations().stream()
                        .flatMap(installation -> InstallationView.of(installation, caller).stream())
                        .toList(),
                found.next() == null ? null : found.next().toString());
        return ETag.of(page.toString()).answer(ifNoneMatch, page);
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

    private static int limit(@Nullable String text) {
        return text == null ? DEFAULT_LIMIT : (int) QueryText.number("limit", text, 1, MAX_LIMIT);
    }

    @Schema(name = "InstallationPage")
    record Page(
            @JsonProperty("installations") List<InstallationView> installations,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
