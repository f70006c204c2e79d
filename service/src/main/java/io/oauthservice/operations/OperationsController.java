package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.AuditEntry;
import io.oauthservice.audit.AuditTrail;
import io.oauthservice.outbox.BlockedInstallations;
import io.oauthservice.outbox.Replays;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.oauthservice.web.StrictRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Replays of events, and releases of blocked installations. */
@RestController
@RequestMapping(produces = MediaType.APPLICATION_JSON_VALUE)
class OperationsController {

    private static final Logger log = LoggerFactory.getLogger(OperationsController.class);
    private static final String REPLAY = "operations:replay";
    private static final String RELEASE = "operations:release";
    private static final int MOST_REPLAYS = 20;
    private static final int COUNT_LIMIT = 10_000;
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final Replays replays;
    private final BlockedInstallations blocked;
    private final AuditTrail trail;

    OperationsController(Replays replays, BlockedInstallations blocked, AuditTrail trail) {
        this.replays = replays;
        this.blocked = blocked;
        this.trail = trail;
    }

    @PostMapping("/oauth/operations/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Send events again",
            description = "All events since then, or those of one installation, in their order and with the same ids."
                    + " Where events were deleted, a snapshot of each affected installation comes first.")
    @ApiResponse(responseCode = "202", description = "Accepted; the events are sent even if this replica stops")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    @ApiResponse(responseCode = "429", description = "rate-limited: too many replays in progress")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<ReplayAnswer> replay(Caller caller, @RequestBody(required = false) Mono<ReplayRequest> body) {
        caller.requireOperator(REPLAY);
        return StrictRequest.checked(body, ReplayRequest.class)
                .flatMap(request -> replay(request.from(), request.installationId(), caller));
    }

    private Mono<ReplayAnswer> replay(Instant from, @Nullable UUID installation, Caller caller) {
        return requireCapacity()
                .then(installation == null ? Mono.empty() : requireKnown(installation))
                .then(trail.record(entry("operation.replay", installation, Map.of("from", from.toString()))))
                .then(Mono.defer(() -> replays.request(installation, from, caller.name(), COUNT_LIMIT)))
                .doOnNext(accepted -> log.info(
                        "Replay requested: installation={} from={} events={} snapshots={} by={}",
                        installation == null ? "all" : installation,
                        from,
                        accepted.events(),
                        accepted.snapshots(),
                        caller.name()))
                .map(ReplayAnswer::of);
    }

    @PostMapping("/oauth/operations/release")
    @Operation(
            summary = "Release blocked installations",
            description =
                    "Publishes their events again, after the cause of the rejection was fixed. With skip, the rejected"
                            + " event is deleted and no consumer receives it.")
    @ApiResponse(responseCode = "200", description = "How many installations were released; 0 if none was blocked")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<ReleaseAnswer> release(Caller caller, @RequestBody(required = false) Mono<ReleaseRequest> body) {
        caller.requireOperator(RELEASE);
        return StrictRequest.checked(body, ReleaseRequest.class).flatMap(request -> release(request, caller));
    }

    private Mono<ReleaseAnswer> release(ReleaseRequest request, Caller caller) {
        UUID installation = request.installationId();
        Mono<Long> released = installation == null
                ? blocked.releaseAll()
                : request.skips() ? skip(installation, caller) : blocked.release(installation);
        return trail.record(entry("operation.release", installation, Map.of("skip", request.skips())))
                .then(released)
                .doOnNext(count -> log.info(
                        "Installations released: installation={} count={} by={}",
                        installation == null ? "all" : installation,
                        count,
                        caller.name()))
                .map(ReleaseAnswer::new);
    }

    private static AuditEntry entry(String action, @Nullable UUID installation, Map<String, ?> detail) {
        return new AuditEntry(action, null, installation, null, null, detail);
    }

    private Mono<Void> requireCapacity() {
        return replays.countPending()
                .filter(pending -> pending < MOST_REPLAYS)
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                                ProblemType.RATE_LIMITED,
                                MOST_REPLAYS + " replays are in progress; wait until one of them has finished")
                        .retryAfter(RETRY_AFTER)))
                .then();
    }

    private Mono<Void> requireKnown(UUID installation) {
        return replays.isKnown(installation)
                .filter(known -> known)
                .switchIfEmpty(Mono.error(ProblemException::unknownInstallation))
                .then();
    }

    private Mono<Long> skip(UUID installation, Caller caller) {
        return blocked.skip(installation)
                .doOnNext(skipped -> log.warn(
                        "Rejected event skipped: installation={} event={} sequence={} type={} by={}",
                        installation,
                        skipped.eventId(),
                        skipped.sequence(),
                        skipped.type(),
                        caller.name()))
                .count();
    }

    @Schema(name = "ReplayAnswer")
    record ReplayAnswer(
            @Schema(description = "How many events are sent again; counted up to ten thousand") @JsonProperty("events")
            long events,

            @Schema(
                    description = "From when on no event is missing that changed an installation's state, i.e. all but"
                            + " token.refreshed")
            @JsonProperty("reaches_back_to")
            Instant reachesBackTo,

            @Schema(description = "From when on no token.refreshed is missing; they are kept for a shorter time")
            @JsonProperty("refreshed_reaches_back_to")
            Instant refreshedReachesBackTo,

            @Schema(description = "Whether snapshots replace deleted events") @JsonProperty("snapshots")
            boolean snapshots) {

        static ReplayAnswer of(Replays.Accepted replay) {
            return new ReplayAnswer(replay.events(), replay.reach(), replay.refreshedReach(), replay.snapshots());
        }
    }

    @Schema(name = "ReleaseAnswer")
    record ReleaseAnswer(
            @Schema(description = "How many installations were released") @JsonProperty("released")
            long released) {}
}
