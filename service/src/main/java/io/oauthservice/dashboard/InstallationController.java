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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class InstallationController {

    private static final int MAX_LIMIT = 500;
    private static final int DEFAULT_LIMIT = 100;

    private final Installations installations;

    InstallationController(Installations installations) {
        this.installations = installations;
    }

    @GetMapping("/oauth/installations")
    @Operation(
            summary = "List installations",
            description =
                    "Newest first. Without status: those that can be used, so that not empty means connected. A caller"
                            + " that is limited to organisations sees of each only its own organisations.")
    @ApiResponse(responseCode = "200", description = "One page")
    @ApiResponse(responseCode = "304", description = "Nothing has changed since the ETag that If-None-Match tells")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "401", description = "unauthenticated")
    @ApiResponse(responseCode = "403", description = "forbidden")
    Mono<ResponseEntity<Page>> list(
            Caller caller,
            @Parameter(example = "github") @RequestParam(name = "platform", required = false) @Nullable String platform,
            @Parameter(description = "One or more, separated by commas; all: whatever the status")
                    @RequestParam(name = "status", required = false)
                    @Nullable
                    String status,
            @RequestParam(name = "org_id", required = false) @Nullable String orgId,
            @Parameter(description = "Part of an organisation's name")
                    @RequestParam(name = "q", required = false)
                    @Nullable
                    String q,
            @Parameter(description = "next_cursor of the page before")
                    @RequestParam(name = "cursor", required = false)
                    @Nullable
                    String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String ifNoneMatch) {
        caller.require(Caller.INSTALLATIONS_READ);
        InstallationFilter filter = new InstallationFilter(
                QueryText.bounded("platform", platform),
                statuses(status),
                QueryText.bounded("org_id", orgId),
                QueryText.bounded("q", q),
                caller.visibleOrganisations(),
                cursor(cursor),
                limit(limit));
        return installations.list(filter).map(page -> answer(page, caller, ifNoneMatch));
    }

    @GetMapping("/oauth/installations/{id}")
    @Operation(summary = "One installation")
    @ApiResponse(responseCode = "200", description = "The installation")
    @ApiResponse(responseCode = "401", description = "unauthenticated")
    @ApiResponse(responseCode = "403", description = "forbidden")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    Mono<InstallationView> one(Caller caller, @PathVariable("id") String id) {
        caller.require(Caller.INSTALLATIONS_READ);
        return Mono.justOrEmpty(InstallationId.parse(id))
                .flatMap(installations::find)
                .mapNotNull(found -> InstallationView.of(found, caller).orElse(null))
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                        HttpStatus.NOT_FOUND, "unknown-installation", "There is no installation with this id")));
    }

    private static ResponseEntity<Page> answer(InstallationPage found, Caller caller, @Nullable String ifNoneMatch) {
        Page page = new Page(
                found.installations().stream()
                        .flatMap(installation -> InstallationView.of(installation, caller).stream())
                        .toList(),
                found.next() == null ? null : found.next().toString());
        return ETag.of(page.toString()).answer(ifNoneMatch, page);
    }

    private static List<InstallationStatus> statuses(@Nullable String words) {
        if (words == null || words.isBlank()) {
            return List.of(InstallationStatus.ACTIVE);
        }
        if (words.equals("all")) {
            return List.of();
        }
        return Arrays.stream(words.split(",", -1))
                .map(word -> InstallationStatus.of(word)
                        .orElseThrow(() -> ProblemException.invalid(
                                "status",
                                "must be all or some of "
                                        + Arrays.stream(InstallationStatus.values())
                                                .map(InstallationStatus::code)
                                                .toList())))
                .toList();
    }

    private static @Nullable Cursor cursor(@Nullable String text) {
        return text == null
                ? null
                : Cursor.parse(text)
                        .orElseThrow(() -> ProblemException.invalid("cursor", "must be a next_cursor of this list"));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw ProblemException.invalid("limit", "must be between 1 and " + MAX_LIMIT);
    }

    @Schema(name = "InstallationPage")
    record Page(
            @JsonProperty("installations") List<InstallationView> installations,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
