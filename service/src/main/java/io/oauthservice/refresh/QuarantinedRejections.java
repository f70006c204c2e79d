package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationRows;
import io.oauthservice.provider.ProviderException.Ending;
import java.time.Duration;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * QuarantinedRejections that come in a burst. Many grants that die at once are more likely a fault of ours: such a row stays as it is,
 * parked, until somebody has checked our own credentials.
 */
@Component
class QuarantinedRejections {

    /** Counted over all replicas, each organisation once; ends that the provider told by itself have no refresh error. */
    private static final String ONE_AT_A_TIME =
            "SELECT pg_advisory_xact_lock(hashtextextended('refusals of ' || :platform, 0))";

    /** Parked in any case, and so counted by those who come next; who has the lease keeps it until there is a verdict. */
    private static final String PARK = """
            WITH burst AS (
                SELECT count(DISTINCT external_org_id) AS organisations FROM (
                    (SELECT id, external_org_id FROM oauth_installations
                     WHERE platform = :platform AND refresh_parked_at IS NOT NULL
                     ORDER BY refresh_parked_at DESC LIMIT 1000)
                    UNION ALL
                    (SELECT id, external_org_id FROM oauth_installations
                     WHERE platform = :platform AND status <> 'active'
                       AND refresh_error IN ('refresh_refused', 'uninstalled')
                       AND status_since > statement_timestamp() - make_interval(secs => :within)
                     ORDER BY status_since DESC LIMIT 1000)) recent
                WHERE id <> :id)
            UPDATE oauth_installations i
            SET refresh_parked_at = clock_timestamp(), refresh_parked_for = :ending
            FROM burst
            WHERE i.id = :id AND i.token_version = :version AND i.status = 'active'
            RETURNING burst.organisations >= :many AS in_burst
            """;

    private static final String PARKED = "SELECT i.refresh_parked_for, " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i
                    WHERE i.platform = :platform AND i.status = 'active' AND i.refresh_parked_at IS NOT NULL
                      AND (i.refresh_lease_until IS NULL OR i.refresh_lease_until < clock_timestamp())
                    ORDER BY i.refresh_parked_at LIMIT 200
                    """;

    private static final String LEAVE = """
            UPDATE oauth_installations SET refresh_lease_owner = NULL, refresh_lease_until = NULL
            WHERE id = :id AND token_version = :version AND refresh_parked_at IS NOT NULL
            """;

    /** A rejected refresh had no effect: it does not count among those whose outcome is unknown. */
    private static final String UNPARK = """
            UPDATE oauth_installations
            SET refresh_parked_at = NULL, refresh_parked_for = NULL, refresh_error = 'credentials_refused',
                refresh_first_attempted_at =
                    CASE WHEN refresh_first_attempted_at < refresh_attempted_at THEN refresh_first_attempted_at END,
                refresh_unknown_outcomes = GREATEST(refresh_unknown_outcomes - 1, 0),
                refresh_lease_owner = NULL,
                refresh_lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE id = ANY(ARRAY(
                SELECT id FROM oauth_installations WHERE platform = :platform AND refresh_parked_at IS NOT NULL
                ORDER BY refresh_parked_at LIMIT :batch FOR UPDATE))
            """;

    private static final int UNPARKED_AT_ONCE = 1000;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final InstallationRows rows;

    QuarantinedRejections(DatabaseClient database, TransactionalOperator transaction, InstallationRows rows) {
        this.database = database;
        this.transaction = transaction;
        this.rows = rows;
    }

    /**
     * Parks this version; true where at least so many other organisations of the platform were refused lately, on whichever
     * replica and however close together. False: the refusal stands for itself, and the row is to be ended.
     */
    Mono<Boolean> parkInBurst(Installation seen, Ending ending, int many, Duration within) {
        return database.sql(ONE_AT_A_TIME)
                .bind("platform", seen.platform().id())
                .then()
                .then(parked(seen, ending, many, within))
                .as(transaction::transactional)
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> parked(Installation seen, Ending ending, int many, Duration within) {
        return database.sql(PARK)
                .bind("platform", seen.platform().id())
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("ending", ending.name())
                .bind("many", many)
                .bind("within", within.toMillis() / 1000.0)
                .map(row -> Boolean.TRUE.equals(row.get("in_burst", Boolean.class)))
                .one();
    }

    /** There is no verdict yet: whoever looks next may find one. */
    Mono<Void> leave(Installation parked) {
        return database.sql(LEAVE)
                .bind("id", parked.id().value())
                .bind("version", parked.tokens().version())
                .then();
    }

    /** The oldest of those that wait for a verdict on our credentials, and that nobody is looking at. */
    Flux<Parked> parked(Platform platform) {
        return database.sql(PARKED)
                .bind("platform", platform.id())
                .map(row -> new Parked(
                        rows.installation(row),
                        Ending.valueOf(Objects.requireNonNull(row.get("refresh_parked_for", String.class)))))
                .all();
    }

    /** It was our fault: they are to be refreshed again, after this pause. Answers how many. */
    Mono<Long> unpark(Platform platform, Duration pause) {
        return Mono.defer(() -> unparkSome(platform, pause))
                .repeat()
                .takeUntil(many -> many < UNPARKED_AT_ONCE)
                .reduce(0L, Long::sum);
    }

    private Mono<Long> unparkSome(Platform platform, Duration pause) {
        return database.sql(UNPARK)
                .bind("platform", platform.id())
                .bind("seconds", pause.toMillis() / 1000.0)
                .bind("batch", UNPARKED_AT_ONCE)
                .fetch()
                .rowsUpdated();
    }

    /**
     * One that waits.
     *
     * @param ending what the provider's refusal would mean if our credentials are good
     */
    record Parked(Installation installation, Ending ending) {}
}
