package io.oauthservice.listing;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.listing.InstallationCounts.Count;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

@RestController
class SummaryController {

    private final InstallationCounts counts;
    private final ListCache lists;
    private final JsonMapper json;

    SummaryController(InstallationCounts counts, ListCache lists, JsonMapper json) {
        this.counts = counts;
        this.lists = lists;
        this.json = json;
    }

    @GetMapping(path = ListCache.PATH + "/summary", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Count installations",
            description = "By platform and status. A caller that is limited to organisations counts what it can list.")
    @ApiResponse(
            responseCode = "200",
            description = "The platforms that have installations, and the statuses that these have",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Summary.class)))
    @ApiResponse(
            responseCode = "304",
            description = "Nothing has changed since the response with the ETag in If-None-Match")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    Mono<ResponseEntity<Object>> summary(
            Caller caller,
            @RequestHeader(name = "If-None-Match", required = false) @Nullable String ifNoneMatch,
            ServerHttpRequest http) {
        caller.require(Caller.INSTALLATIONS_READ);
        QueryText.requireKnown(http.getQueryParams(), Set.of());
        return lists.read(caller, ListCache.address(http), ListCache.mustBeFresh(http), () -> read(caller))
                .map(list -> list.answer(ifNoneMatch));
    }

    private Mono<CachedList> read(Caller caller) {
        return counts.read(caller.visibleOrganisations())
                .collectList()
                .map(found -> CachedList.of(Summary.of(found), null, Set.of(), json));
    }

    @Schema(name = "InstallationSummary")
    record Summary(
            @JsonProperty("platforms") List<PlatformCounts> platforms,
            @JsonProperty("total") long total) {

        static Summary of(List<Count> counts) {
            SortedMap<String, Map<String, Long>> platforms = new TreeMap<>();
            counts.stream()
                    .sorted(Comparator.comparing(count -> InstallationStatus.of(count.status())
                            .map(Enum::ordinal)
                            .orElse(Integer.MAX_VALUE)))
                    .forEach(count -> platforms
                            .computeIfAbsent(count.platform(), platform -> new LinkedHashMap<>())
                            .put(count.status(), count.installations()));
            return new Summary(
                    platforms.entrySet().stream()
                            .map(platform -> new PlatformCounts(
                                    platform.getKey(), platform.getValue(), total(platform.getValue())))
                            .toList(),
                    counts.stream().mapToLong(Count::installations).sum());
        }

        private static long total(Map<String, Long> statuses) {
            return statuses.values().stream().mapToLong(count -> count).sum();
        }
    }

    @Schema(name = "PlatformSummary")
    record PlatformCounts(
            @JsonProperty("platform") String platform,
            @JsonProperty("statuses") Map<String, Long> statuses,
            @JsonProperty("total") long total) {}
}
