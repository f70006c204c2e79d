package io.oauthservice.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.QueryText;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class AuditController {

    private static final Set<String> PARAMETERS =
            Set.of("installation_id", "actor", "action", "fingerprint", "from", "to", "cursor", "limit");

    private final CallerAudit audit;

    AuditController(CallerAudit audit) {
        this.audit = audit;
    }

    @GetMapping("/oauth/audit")
    @Operation(
            summary = "List audit entries",
            description =
                    "Newest first. A caller that is limited to organisations gets the entries of installations that it"
                            + " sees; for any other installation_id the response is 403. A page may be short, or empty, and"
                            + " nevertheless have a next_cursor. Unknown parameters are rejected.")
    @ApiResponse(responseCode = "200", description = "One page")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    Mono<ResponseEntity<Page>> list(
            Caller caller,
            @RequestParam(name = "installation_id", required = false) @Nullable String installation,
            @Parameter(description = "A caller's name, or browser, service, webhook, reconciliation")
                    @RequestParam(name = "actor", required = false)
                    @Nullable
                    String actor,
            @Parameter(example = "token.read") @RequestParam(name = "action", required = false) @Nullable String action,
            @RequestParam(name = "fingerprint", required = false) @Nullable String fingerprint,
            @Parameter(description = "The earliest time, in ISO 8601", example = "2026-03-01T12:00:00Z")
                    @RequestParam(name = "from", required = false)
                    @Nullable
                    String from,
            @Parameter(description = "The first time that is too late, in ISO 8601")
                    @RequestParam(name = "to", required = false)
                    @Nullable
                    String to,
            @Parameter(description = "next_cursor of the previous page")
                    @RequestParam(name = "cursor", required = false)
                    @Nullable
                    String cursor,
            @RequestParam(name = "limit", required = false) @Nullable String limit,
            ServerHttpRequest http) {
        caller.require(CallerAudit.READ);
        QueryText.requireKnown(http.getQueryParams(), PARAMETERS);
        AuditFilter filter = new AuditFilter(
                installation(installation),
                QueryText.optional("actor", actor),
                QueryText.optional("action", action),
                QueryText.optional("fingerprint", fingerprint),
                time("from", from, Instant.EPOCH),
                time("to", to, AuditCursor.START.at()),
                AuditCursor.of("cursor", cursor),
                QueryText.limit(limit),
                false);
        return audit.find(caller, filter).map(AuditController::response);
    }

    private static ResponseEntity<Page> response(AuditEntries.Page page) {
        Page body = new Page(
                page.entries().stream().map(EntryView::of).toList(),
                page.next() == null ? null : page.next().toString());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }

    private static @Nullable UUID installation(@Nullable String id) {
        return id == null
                ? null
                : InstallationId.parse(id)
                        .orElseThrow(() -> ProblemException.invalid("installation_id", "must be a UUID"))
                        .value();
    }

    private static Instant time(String field, @Nullable String text, Instant absent) {
        if (text == null) {
            return absent;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (!time.isBefore(Instant.EPOCH) && !time.isAfter(AuditCursor.START.at())) {
                return time;
            }
        } catch (DateTimeException e) {
            // Reported below.
        }
        throw ProblemException.invalid(field, "must be a time in ISO 8601, such as 2026-03-01T12:00:00Z");
    }

    @Schema(name = "AuditPage")
    record Page(
            @JsonProperty("entries") List<EntryView> entries,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** An entry as a caller sees it. */
    @Schema(name = "AuditEntry")
    record EntryView(
            @JsonProperty("id") String id,

            @Schema(description = "When; of reads and other counted entries, the start of their hour or minute")
            @JsonProperty("at")
            Instant at,

            @JsonProperty("action") String action,

            @Schema(description = "Who; null: not identified") @JsonProperty("actor") @Nullable
            String actor,

            @Schema(description = "The sender's network; of counted entries, the last one")
            @JsonProperty("source")
            @Nullable
            String source,

            @JsonProperty("platform") @Nullable String platform,
            @JsonProperty("installation_id") @Nullable UUID installationId,

            @Schema(description = "null also for an organisation that the caller does not see")
            @JsonProperty("org_id")
            @Nullable
            String orgId,

            @JsonProperty("fingerprint") @Nullable String fingerprint,

            @Schema(description = "How often; of token.read, responses with the token") @JsonProperty("count")
            long count,

            @Schema(description = "Depends on the action. token.read: first_at, last_at, not_modified")
            @JsonProperty("detail")
            Map<String, Object> detail) {

        static EntryView of(StoredEntry entry) {
            return new EntryView(
                    Long.toString(entry.id()),
                    entry.at(),
                    entry.action(),
                    entry.actor(),
                    entry.source(),
                    entry.platform(),
                    entry.installation(),
                    entry.organisation(),
                    entry.fingerprint(),
                    entry.count(),
                    entry.detail());
        }
    }
}
