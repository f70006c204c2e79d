package io.oauthservice.outbox;

import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationEvent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Operators' requests to send events again. A replay is a row, which the relay prepares a few installations at a time.
 * First it writes snapshots where events were deleted, then it marks the events for resending. They are published
 * before the new events of their installation.
 */
@Component
public class Replays {

    private static final Logger log = LoggerFactory.getLogger(Replays.class);

    /** Installations marked by one statement; new events wait for it. */
    private static final int MARK_BATCH = 100;

    /** Each snapshot has a transaction of its own. */
    private static final int SNAPSHOT_BATCH = 50;

    private static final String PENDING = "SELECT count(*) AS pending FROM oauth_outbox_replays";

    /** An event that retention may delete at the same time counts as deleted. */
    static final String REQUEST = """
            WITH gone AS (
                SELECT erased_until AS states, GREATEST(erased_until, refreshed_erased_until) AS refreshed
                FROM oauth_outbox_relay),
            requested AS (
                INSERT INTO oauth_outbox_replays (id, installation_id, since, requested_by, snapshots)
                SELECT :id, NULLIF(:installation, '00000000-0000-0000-0000-000000000000'::uuid), :since, :by,
                    COALESCE(:since <= gone.refreshed, false)
                        OR :since < statement_timestamp() - make_interval(secs => :kept)
                FROM gone
                RETURNING since),
            notified AS (SELECT %s FROM requested)
            SELECT COALESCE(since <= gone.refreshed, false) AS snapshots,
                GREATEST(since, gone.states) AS reach,
                GREATEST(since, gone.refreshed) AS refreshed_reach,
                (SELECT count(*) FROM notified) AS notified
            FROM requested, gone
            """.formatted(OutboxNotification.REPLAY_REQUESTED.sql());

    /** Counts the latest first, because an event usually occurs shortly before it is published. */
    static final String COUNT = """
            SELECT count(*) AS events FROM (
                (SELECT occurred_at, snapshot FROM oauth_outbox
                 WHERE NOT %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :since
                 ORDER BY published_at DESC LIMIT :limit)
                UNION ALL
                (SELECT occurred_at, snapshot FROM oauth_outbox
                 WHERE %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :since
                 ORDER BY published_at DESC LIMIT :limit)
                LIMIT :limit) latest
            WHERE occurred_at >= :since AND NOT snapshot
            """.formatted(Outbox.REPLACEABLE);

    static final String COUNT_ONE = """
            SELECT count(*) AS events FROM (
                SELECT FROM oauth_outbox
                WHERE installation_id = :installation AND NOT snapshot AND occurred_at >= :since AND published_at >= :since
                LIMIT :limit) counted
            """;

    static final String KNOWN =
            "SELECT EXISTS (SELECT FROM oauth_outbox WHERE installation_id = :id AND NOT snapshot) AS known";

    private static final String OLDEST = """
            SELECT id, installation_id, since, requested_at, requested_by, snapshots, position
            FROM oauth_outbox_replays
            WHERE EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch)
            ORDER BY requested_at, id LIMIT 1
            """;

    /** Walks the unique index from one installation to the next, however many events each has. */
    static final String MARK = """
            WITH RECURSIVE walk AS (
                (SELECT installation_id FROM oauth_outbox WHERE installation_id > :position AND NOT snapshot
                 ORDER BY installation_id LIMIT 1)
                UNION ALL
                SELECT (SELECT o.installation_id FROM oauth_outbox o
                        WHERE o.installation_id > walk.installation_id AND NOT snapshot
                        ORDER BY o.installation_id LIMIT 1)
                FROM walk WHERE walk.installation_id IS NOT NULL),
            reached AS (SELECT installation_id FROM walk WHERE installation_id IS NOT NULL LIMIT :limit),
            marked AS (
                UPDATE oauth_outbox SET resend = true
                WHERE installation_id = ANY (ARRAY(SELECT installation_id FROM reached)) AND NOT snapshot
                  AND occurred_at >= :since AND published_at <= :until
                RETURNING id)
            SELECT installation_id AS last, (SELECT count(*) FROM marked) AS events
            FROM reached ORDER BY installation_id DESC LIMIT 1
            """;

    static final String MARK_ONE = """
            UPDATE oauth_outbox SET resend = true
            WHERE installation_id = :installation AND NOT snapshot AND occurred_at >= :since AND published_at <= :until
            """;

    /** A relay that has lost its lease does not move the position back; what it has prepared is at worst sent twice. */
    private static final String MOVE = """
            UPDATE oauth_outbox_replays SET position = :position, snapshots = :snapshots
            WHERE id = :id AND position = :before
            """;

    private static final String FINISH = "DELETE FROM oauth_outbox_replays WHERE id = :id";

    /** Whether an event up to that sequence was deleted, and no snapshot in its place waits to be published. */
    static final String LACKS_HISTORY = """
            SELECT (SELECT count(*) FROM oauth_outbox
                    WHERE installation_id = :id AND NOT snapshot AND sequence <= :sequence) < :sequence
               AND NOT EXISTS (
                   SELECT FROM oauth_outbox
                   WHERE installation_id = :id AND snapshot AND published_at IS NULL AND NOT held) AS lacks
            """;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final Outbox outbox;
    private final Snapshots snapshots;
    private final OutboxProperties properties;

    Replays(
            DatabaseClient database,
            TransactionalOperator transaction,
            Outbox outbox,
            Snapshots snapshots,
            OutboxProperties properties) {
        this.database = database;
        this.transaction = transaction;
        this.outbox = outbox;
        this.snapshots = snapshots;
        this.properties = properties;
    }

    /** How many replays are not fully prepared. */
    public Mono<Long> countPending() {
        return database.sql(PENDING)
                .map(row -> Sql.get(row, "pending", Long.class))
                .one();
    }

    /** Whether the installation has events or a snapshot to send again. */
    public Mono<Boolean> isKnown(UUID installation) {
        Mono<Boolean> hasEvents = database.sql(KNOWN)
                .bind("id", installation)
                .map(row -> Sql.isTrue(row, "known"))
                .one();
        return hasEvents
                .filter(known -> known)
                .switchIfEmpty(snapshots.of(installation).hasElement());
    }

    /**
     * Stores a replay, which the relay prepares in the background.
     *
     * @param installation null: all
     * @param limit up to how many events are counted for the answer
     */
    public Mono<Accepted> request(@Nullable UUID installation, Instant since, String by, int limit) {
        return count(installation, since, limit)
                .flatMap(events -> database.sql(REQUEST)
                        .bind("id", UUID.randomUUID())
                        .bind("installation", installation == null ? Outbox.START : installation)
                        .bind("since", since)
                        .bind("by", by)
                        .bind("kept", Sql.seconds(properties.keepRefreshed()))
                        .map(row -> Accepted.of(row, events))
                        .one());
    }

    private Mono<Long> count(@Nullable UUID installation, Instant since, int limit) {
        GenericExecuteSpec statement = installation == null
                ? database.sql(COUNT)
                : database.sql(COUNT_ONE).bind("installation", installation);
        return statement
                .bind("since", since)
                .bind("limit", limit)
                .map(row -> Sql.get(row, "events", Long.class))
                .one();
    }

    /** Prepares the next installations of the oldest replay; false if there is none, or another relay has the lease. */
    Mono<Boolean> advance(long epoch) {
        return database.sql(OLDEST)
                .bind("epoch", epoch)
                .map(Replay::of)
                .one()
                .flatMap(replay -> (replay.snapshots() ? appendSnapshots(replay) : mark(replay)).thenReturn(true))
                .defaultIfEmpty(false);
    }

    /** Uses one transaction for each installation, so that no row stays locked while another is waited for. */
    private Mono<Void> appendSnapshots(Replay replay) {
        return installationsOf(replay)
                .concatMap(id -> appendSnapshot(id).thenReturn(id))
                .reduce((earlier, later) -> later)
                .flatMap(last -> move(replay, last, replay.installation() == null))
                .switchIfEmpty(Mono.defer(() -> move(replay, Outbox.START, false)));
    }

    private Flux<UUID> installationsOf(Replay replay) {
        UUID installation = replay.installation();
        return installation == null
                ? snapshots.installationsAfter(replay.position(), SNAPSHOT_BATCH)
                : Flux.just(installation);
    }

    private Mono<Void> appendSnapshot(UUID installation) {
        return snapshots
                .of(installation)
                .filterWhen(this::lacksHistory)
                .flatMap(outbox::appendSnapshot)
                .as(transaction::transactional);
    }

    private Mono<Boolean> lacksHistory(InstallationEvent state) {
        return database.sql(LACKS_HISTORY)
                .bind("id", state.installationId())
                .bind("sequence", state.sequence())
                .map(row -> Sql.isTrue(row, "lacks"))
                .one();
    }

    private Mono<Void> mark(Replay replay) {
        UUID installation = replay.installation();
        return installation == null
                ? markSome(replay)
                        .flatMap(last -> move(replay, last, false).thenReturn(last))
                        .switchIfEmpty(finish(replay).then(Mono.empty()))
                        .then()
                : markOne(replay, installation).then(finish(replay));
    }

    /** Returns the last installation whose events were marked; empty if there are no more. */
    private Mono<UUID> markSome(Replay replay) {
        return database.sql(MARK)
                .bind("position", replay.position())
                .bind("since", replay.since())
                .bind("until", replay.requestedAt())
                .bind("limit", MARK_BATCH)
                .map(row -> Sql.get(row, "last", UUID.class))
                .one();
    }

    private Mono<Void> markOne(Replay replay, UUID installation) {
        return database.sql(MARK_ONE)
                .bind("installation", installation)
                .bind("since", replay.since())
                .bind("until", replay.requestedAt())
                .then();
    }

    private Mono<Void> move(Replay replay, UUID position, boolean moreSnapshots) {
        return database.sql(MOVE)
                .bind("id", replay.id())
                .bind("before", replay.position())
                .bind("position", position)
                .bind("snapshots", moreSnapshots)
                .then();
    }

    private Mono<Void> finish(Replay replay) {
        return database.sql(FINISH)
                .bind("id", replay.id())
                .then()
                .doOnSuccess(done -> log.info(
                        "Replay fully scheduled: installation={} from={} by={}",
                        replay.installation() == null ? "all" : replay.installation(),
                        replay.since(),
                        replay.requestedBy()));
    }

    /**
     * A replay that was accepted.
     *
     * @param events how many events are sent again
     * @param reach from when on every change of an installation's state is among them
     * @param refreshedReach from when on every {@code token.refreshed} is among them
     * @param snapshots whether snapshots are sent in place of deleted events
     */
    public record Accepted(long events, Instant reach, Instant refreshedReach, boolean snapshots) {

        static Accepted of(Readable row, long events) {
            return new Accepted(
                    events,
                    Sql.get(row, "reach", Instant.class),
                    Sql.get(row, "refreshed_reach", Instant.class),
                    Sql.isTrue(row, "snapshots"));
        }
    }

    private record Replay(
            UUID id,
            @Nullable UUID installation,
            Instant since,
            Instant requestedAt,
            String requestedBy,
            boolean snapshots,
            UUID position) {

        static Replay of(Readable row) {
            return new Replay(
                    Sql.get(row, "id", UUID.class),
                    row.get("installation_id", UUID.class),
                    Sql.get(row, "since", Instant.class),
                    Sql.get(row, "requested_at", Instant.class),
                    Sql.get(row, "requested_by", String.class),
                    Sql.isTrue(row, "snapshots"),
                    Sql.get(row, "position", UUID.class));
        }
    }
}
