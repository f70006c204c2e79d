package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationRows;
import io.oauthservice.provider.ProviderException.Ending;
import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Rejections that are held back until our client credentials are checked. Many rejections at once are more likely our
 * fault than the grants': a quarantined row stays active.
 */
@Component
class QuarantinedRejections {

    /**
     * Rejections of a platform are counted one at a time, over all replicas. Earlier versions use the same text, so it
     * must not change.
     */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('refusals of ' || :platform, 0))";

    /** Quarantines in any case, so that later rejections count this one. Its lease is kept until it is decided. */
    private static final String ADD = """
            WITH burst AS (
                SELECT count(DISTINCT external_org_id) AS organisations FROM (
                    (SELECT id, external_org_id FROM oauth_installations
                     WHERE platform = :platform AND refresh_parked_at IS NOT NULL
                     ORDER BY refresh_parked_at DESC LIMIT 1000)
                    UNION ALL
                    (SELECT id, external_org_id FROM oauth_installations
                     WHERE platform = :platform AND status <> 'active'
                       AND refresh_error IN ('refresh_refused', 'uninstalled', 'reconciliation')
                       AND status_since > statement_timestamp() - make_interval(secs => :within)
                     ORDER BY status_since DESC LIMIT 1000)) recent
                WHERE id <> :id)
            UPDATE oauth_installations i
            SET refresh_parked_at = clock_timestamp(), refresh_parked_for = :ending
            FROM burst
            WHERE i.id = :id AND i.token_version = :version AND i.status = 'active'
            RETURNING burst.organisations >= :many AS in_burst
            """;

    private static final String FIND = "SELECT i.refresh_parked_for, " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i
                    WHERE i.platform = :platform AND i.status = 'active' AND i.refresh_parked_at IS NOT NULL
                      AND (i.refresh_lease_until IS NULL OR i.refresh_lease_until < clock_timestamp())
                    ORDER BY i.refresh_parked_at LIMIT 200
                    """;

    private static final String RELEASE_LEASE = """
            UPDATE oauth_installations SET refresh_lease_owner = NULL, refresh_lease_until = NULL
            WHERE id = :id AND token_version = :version AND refresh_parked_at IS NOT NULL
            """;

    /** A rejected refresh had no effect: it does not count among those whose outcome is unknown. */
    private static final String RELEASE = """
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

    private static final int RELEASE_BATCH = 1000;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final InstallationRows rows;

    QuarantinedRejections(DatabaseClient database, TransactionalOperator transaction, InstallationRows rows) {
        this.database = database;
        this.transaction = transaction;
        this.rows = rows;
    }

    /**
     * Quarantines the rejection of this version. Returns whether it is part of a burst; otherwise the grant is to be
     * ended.
     *
     * @param many how many other organisations of the platform make a burst when they were rejected within this time
     */
    Mono<Boolean> add(Installation seen, Ending ending, int many, Duration within) {
        return database.sql(LOCK)
                .bind("platform", seen.platform().id())
                .then()
                .then(write(seen, ending, many, within))
                .as(transaction::transactional)
                .defaultIfEmpty(false);
    }

    private Mono<Boolean> write(Installation seen, Ending ending, int many, Duration within) {
        return database.sql(ADD)
                .bind("platform", seen.platform().id())
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("ending", ending.name())
                .bind("many", many)
                .bind("within", Sql.seconds(within))
                .map(row -> Sql.isTrue(row, "in_burst"))
                .one();
    }

    /** Releases the lease of an undecided rejection, so that the next review can decide it. */
    Mono<Void> releaseLease(Installation quarantined) {
        return database.sql(RELEASE_LEASE)
                .bind("id", quarantined.id().value())
                .bind("version", quarantined.tokens().version())
                .then();
    }

    /** Finds the oldest rejections that no attempt is deciding now. */
    Flux<Quarantined> find(Platform platform) {
        return database.sql(FIND)
                .bind("platform", platform.id())
                .map(row -> new Quarantined(
                        rows.installation(row), Ending.valueOf(Sql.get(row, "refresh_parked_for", String.class))))
                .all();
    }

    /** Drops all rejections of the platform; their grants are refreshed again after this pause. Returns how many. */
    Mono<Long> release(Platform platform, Duration pause) {
        return Mono.defer(() -> releaseBatch(platform, pause))
                .repeat()
                .takeUntil(released -> released < RELEASE_BATCH)
                .reduce(0L, Long::sum);
    }

    private Mono<Long> releaseBatch(Platform platform, Duration pause) {
        return database.sql(RELEASE)
                .bind("platform", platform.id())
                .bind("seconds", Sql.seconds(pause))
                .bind("batch", RELEASE_BATCH)
                .fetch()
                .rowsUpdated();
    }

    /**
     * A quarantined rejection.
     *
     * @param ending how the grant has ended if our client credentials are good
     */
    record Quarantined(Installation installation, Ending ending) {}
}
