package io.oauthservice.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.oauthservice.access.Caller;
import io.oauthservice.outbox.BlockedInstallations;
import io.oauthservice.outbox.Replays;
import io.oauthservice.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What an operator does about events. */
@RestController
class OperationsController {

    private static final Logger log = LoggerFactory.getLogger(OperationsController.class);
    private static final String REPLAY = "operations:replay";
    private static final String RELEASE = "operations:release";
    private static final int MOST_REPLAYS = 20;
    private static final int MOST_COUNTED = 10_000;
    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    private final Replays replays;
    private final BlockedInstallations parking;

    OperationsController(Replays replays, BlockedInstallations parking) {
        this.replays = replays;
        this.parking = parking;
    }

    @PostMapping("/oauth/operations/replay")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Send events again",
            description = "All events since then, or those of one installation, in their order and under the same ids."
                    + " Where some are not kept any more, a snapshot of each installation that lacks some comes first.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = ReplayOrder.class))))
    @ApiResponse(responseCode = "202", description = "They follow, also if this replica dies")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "404", description = "unknown-installation")
    @ApiResponse(responseCode = "429", description = "rate-limited: too many replays are under way")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<ReplayAnswer> replay(Caller caller, @RequestBody(required = false) Mono<Map<String, Object>> body) {
        caller.requireOperator(REPLAY);
        return OperationsRequest.of(body, Set.of("from", "installation_id"))
                .flatMap(order -> replay(order.past("from"), order.id("installation_id"), caller));
    }

    private Mono<ReplayAnswer> replay(Instant from, @Nullable UUID installation, Caller caller) {
        return room().then(installation == null ? Mono.empty() : known(installation))
                .then(Mono.defer(() -> replays.request(installation, from, caller.name(), MOST_COUNTED)))
                .doOnNext(taken -> log.info(
                        "Replay: installation={} from={} events={} snapshots={} by={}",
                        installation == null ? "all" : installation,
                        from,
                        taken.events(),
                        taken.snapshots(),
                        caller.name()))
                .map(ReplayAnswer::of);
    }

    @PostMapping("/oauth/operations/release")
    @Operation(
            summary = "Let parked events go on",
            description =
                    "After the broker has refused one, and what made it do so has been mended. With skip the refused"
                            + " event is given up: no consumer will ever see it.",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(implementation = ReleaseOrder.class))))
    @ApiResponse(responseCode = "200", description = "How many installations go on; 0 where nothing was parked")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "503", description = "storage-unavailable")
    Mono<ReleaseAnswer> release(Caller caller, @RequestBody(required = false) Mono<Map<String, Object>> body) {
        caller.requireOperator(RELEASE);
        return OperationsRequest.of(body, Set.of("installation_id", "all", "skip"))
                .flatMap(order -> release(order, caller));
    }

    private Mono<ReleaseAnswer> release(OperationsRequest order, Caller caller) {
        UUID installation = order.id("installation_id");
        boolean all = order.flag("all");
        boolean skip = order.flag("skip");
        if (all == (installation != null)) {
            throw ProblemException.invalid("installation_id", "must be there, or else \"all\": true");
        }
        if (skip && installation == null) {
            throw ProblemException.invalid("skip", "goes with one installation_id");
        }
        Mono<Long> released = installation == null
                ? parking.releaseAll()
                : skip ? skip(installation, caller) : parking.release(installation);
        return released.doOnNext(count -> log.info(
                        "Released: installation={} parked={} by={}",
                        installation == null ? "all" : installation,
                        count,
                        caller.name()))
                .map(ReleaseAnswer::new);
    }

    private Mono<Void> room() {
        return replays.waiting()
                .filter(waiting -> waiting < MOST_REPLAYS)
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                                HttpStatus.TOO_MANY_REQUESTS,
                                "rate-limited",
                                MOST_REPLAYS + " replays are under way already; wait until they are through")
                        .retryAfter(ASK_AGAIN)))
                .then();
    }

    private Mono<Void> known(UUID installation) {
        return replays.knows(installation)
                .filter(known -> known)
                .switchIfEmpty(Mono.error(() -> new ProblemException(
                        HttpStatus.NOT_FOUND, "unknown-installation", "There is no installation with this id")))
                .then();
    }

    private Mono<Long> skip(UUID installation, Caller caller) {
        return parking.skip(installation)
                .doOnNext(skipped -> log.warn(
                        "An event is given up: installation={} event={} sequence={} type={} by={}",
                        installation,
                        skipped.eventId(),
                        skipped.sequence(),
                        skipped.type(),
                        caller.name()))
                .count();
    }

    @Schema(name = "ReplayOrder")
    record ReplayOrder(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @JsonProperty("from")
            Instant from,

            @Schema(description = "Absent: all") @JsonProperty("installation_id") @Nullable
            UUID installationId) {}

    @Schema(name = "ReplayAnswer")
    record ReplayAnswer(
            @Schema(description = "How many will be sent again; counted up to ten thousand") @JsonProperty("events")
            long events,

            @Schema(
                    description = "From when on none is missing that changed an installation's state: all but"
                            + " token.refreshed")
            @JsonProperty("reaches_back_to")
            Instant reachesBackTo,

            @Schema(description = "From when on no token.refreshed is missing; they are kept for a shorter time")
            @JsonProperty("refreshed_reaches_back_to")
            Instant refreshedReachesBackTo,

            @Schema(description = "Whether snapshots stand in for older ones that are gone") @JsonProperty("snapshots")
            boolean snapshots) {

        static ReplayAnswer of(Replays.Order order) {
            return new ReplayAnswer(order.events(), order.reach(), order.refreshedReach(), order.snapshots());
        }
    }

    @Schema(name = "ReleaseOrder")
    record ReleaseOrder(
            @Schema(description = "This one; else all must be true") @JsonProperty("installation_id") @Nullable
            UUID installationId,

            @JsonProperty("all") @Nullable Boolean all,

            @Schema(description = "Give up the event that was refused; with installation_id alone")
            @JsonProperty("skip")
            @Nullable
            Boolean skip) {}

    @Schema(name = "ReleaseAnswer")
    record ReleaseAnswer(
            @Schema(description = "How many installations go on") @JsonProperty("released")
            long released) {}
}
