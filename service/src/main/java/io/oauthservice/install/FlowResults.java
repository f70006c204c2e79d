package io.oauthservice.install;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.install.FlowResult.Kind;
import java.time.Duration;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of flows, stored for two minutes after the callback: a browser that repeats its callback gets the result
 * again, from every replica. {@link States#take} inserts the row in the statement that consumes the state.
 */
@Component
class FlowResults {

    private static final String KEEP = "UPDATE oauth_flow_results SET result = :result WHERE state = :state";

    /** The end of the flow overwrites it. */
    private static final String KEEP_FIRST = KEEP + " AND result IS NULL";

    private static final String FIND = """
            SELECT result FROM oauth_flow_results
            WHERE state = :state AND platform = :platform AND browser_binding = :browser
              AND expires_at > statement_timestamp()
            """;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final int POLLS = 40;

    private static final FlowResult FAILED = FlowResult.startAgain(
            HttpStatus.SERVICE_UNAVAILABLE,
            Kind.FAILED,
            null,
            "Please start again",
            "The connection could not be completed.");
    private static final FlowResult IN_PROGRESS = FlowResult.page(
            HttpStatus.ACCEPTED,
            Kind.NONE,
            null,
            "One moment",
            "The connection is still being set up. Reload this page to see the result.");

    private final DatabaseClient database;
    private final JsonMapper json;
    private final SingleFlight<String, FlowResult> flows = new SingleFlight<>();

    FlowResults(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    @Bean
    BackgroundLoop expiredFlowResultsLoop() {
        return new ExpiredRows(database, "oauth_flow_results", "expires_at", Duration.ZERO).job(FlowResults.class);
    }

    /**
     * Completes a flow and stores its result. A browser that disconnects does not cancel it: the code works once, and
     * the grant must not be lost.
     */
    Mono<FlowResult> keep(Secret state, PendingFlow flow, Mono<FlowResult> end) {
        Mono<FlowResult> kept = end.delayUntil(result -> keep(KEEP, state, result))
                .onErrorResume(failure -> keep(KEEP, state, FAILED.endOf(flow)).then(Mono.error(failure)));
        return flows.join(state.sha256(), () -> kept);
    }

    /** For a failure after which the state may be consumed: a repeated callback must not wait for a result. */
    Mono<Void> keepFailure(Secret state) {
        return keep(KEEP_FIRST, state, FAILED);
    }

    /** A result that cannot be stored is shown nevertheless; only a repeated callback misses it. */
    private Mono<Void> keep(String statement, Secret state, FlowResult result) {
        return Mono.defer(() -> database.sql(statement)
                        .bind("state", state.sha256())
                        .bind("result", json.writeValueAsString(result))
                        .then())
                .onErrorComplete();
    }

    /**
     * The result of a flow of this browser whose state is consumed; waits up to ten seconds for a flow in progress.
     * Empty where the state is unknown, of another platform or browser, or was consumed too long ago.
     */
    Mono<FlowResult> find(Secret state, Platform platform, Secret browser) {
        return poll(state, platform, browser)
                .repeatWhen(polled ->
                        polled.takeWhile(found -> found > 0).take(POLLS).delayElements(POLL_INTERVAL))
                .takeUntil(Optional::isPresent)
                .takeLast(1)
                .next()
                .map(found -> found.orElse(IN_PROGRESS));
    }

    private Mono<Optional<FlowResult>> poll(Secret state, Platform platform, Secret browser) {
        return database.sql(FIND)
                .bind("state", state.sha256())
                .bind("platform", platform.id())
                .bind("browser", browser.sha256())
                .map(row -> Optional.ofNullable(row.get("result", String.class)).map(this::read))
                .one();
    }

    private FlowResult read(String result) {
        return json.readValue(result, FlowResult.class);
    }
}
