package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * How flows ended, kept for two minutes after the callback: a browser that repeats its callback sees the result again,
 * on every replica. {@link States#take} adds the row in the statement that takes the state.
 */
@Component
class FlowResults {

    private static final String KEEP = "UPDATE oauth_flow_results SET result = :result WHERE state = :state";

    /** A flow in progress overwrites this at its end. */
    private static final String KEEP_FIRST = KEEP + " AND result IS NULL";

    private static final String FIND = """
            SELECT result FROM oauth_flow_results
            WHERE state = :state AND platform = :platform AND browser_binding = :browser
              AND expires_at > statement_timestamp()
            """;

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final int LOOKS = 40;

    private static final FlowResult FAILED = FlowResult.startAgain(
            HttpStatus.SERVICE_UNAVAILABLE, "Please start again", "The request could not be completed.");
    private static final FlowResult UNDER_WAY = FlowResult.page(
            HttpStatus.ACCEPTED,
            "One moment",
            "The request is still being processed. Reload this page to see its result.");

    private final DatabaseClient database;
    private final JsonMapper json;

    FlowResults(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /**
     * Runs the end of a flow and keeps its result. A browser that goes away meanwhile stops nothing: the code is spent,
     * and its grant must not be lost.
     */
    Mono<FlowResult> keep(Secret state, Mono<FlowResult> end) {
        Mono<FlowResult> kept = end.delayUntil(result -> keep(state, result))
                .onErrorResume(failure -> keep(state, FAILED).then(Mono.error(failure)));
        return Mono.fromFuture(() -> kept.materialize().toFuture(), true).dematerialize();
    }

    /** The state is taken, but its flow cannot continue: a repeat must not wait for a result. */
    Mono<Void> keepFailure(Secret state) {
        return keep(KEEP_FIRST, state, FAILED);
    }

    /** A result that cannot be kept is shown nevertheless; only a repeat does not see it. */
    private Mono<Void> keep(Secret state, FlowResult result) {
        return keep(KEEP, state, result);
    }

    private Mono<Void> keep(String statement, Secret state, FlowResult result) {
        return Mono.defer(() -> database.sql(statement)
                        .bind("state", state.sha256())
                        .bind("result", json.writeValueAsString(result))
                        .then())
                .onErrorComplete();
    }

    /**
     * The result of a flow of this browser whose state is taken, after up to ten seconds where it is still in progress.
     * Empty where the state is unknown, of another platform or browser, or was taken too long ago.
     */
    Mono<FlowResult> find(Secret state, Platform platform, Secret browser) {
        return look(state, platform, browser)
                .repeatWhen(looked ->
                        looked.takeWhile(found -> found > 0).take(LOOKS).delayElements(LOOK_EVERY))
                .takeUntil(Optional::isPresent)
                .takeLast(1)
                .next()
                .map(found -> found.orElse(UNDER_WAY));
    }

    private Mono<Optional<FlowResult>> look(Secret state, Platform platform, Secret browser) {
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
