package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;
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
 * What operators asked to send again. A replay is a row, worked off a few installations at a time by whichever replica
 * is the relay: snapshots first where events are gone, then the events, which are marked and go out like new ones, in
 * front of the new ones of their installation.
 */
@Component
public class Replays {

    private static final Logger log = LoggerFactory.getLogger(Replays.class);

    /** What is told on the outbox's channel with a request. */
    static final String ASKED = "replay";

    /** In one statement; new events wait for it. */
    private static final int MARKED_AT_A_TIME = 100;

    /** In one short transaction each. */
    private static final int TOLD_AT_A_TIME = 50;

    private static final String WAITING = "SELECT count(*) AS waiting FROM oauth_outbox_replays";

    /** What is about to be deleted while this is asked counts as deleted. */
    static final String REQUEST = """
            WITH gone AS (
                SELECT erased_until AS states, GREATEST(erased_until, refreshed_erased_until) AS refreshed
                FROM oauth_outbox_relay),
            asked AS (
                INSERT INTO oauth_outbox_replays (id, installation_id, since, requested_by, snapshots)
                SELECT :id, NULLIF(:installation, '00000000-0000-0000-0000-000000000000'::uuid), :since, :by,
                    COALESCE(:since <= gone.refreshed, false)
                        OR :since < statement_timestamp() - make_interval(secs => :kept)
                FROM gone
                RETURNING since),
            notified AS (SELECT pg_notify('oauth_outbox', 'replay') FROM asked)
            SELECT COALESCE(since <= gone.refreshed, false) AS snapshots,
                GREATEST(since, gone.states) AS reach,
                GREATEST(since, gone.refreshed) AS refreshed_reach,
                (SELECT count(*) FROM notified) AS notified
            FROM asked, gone
            """;

    /** The latest first: they have occurred since then, unless they had waited for long. */
    static final String COUNT = """
            SELECT count(*) AS events FROM (
                (SELECT occurred_at, snapshot FROM oauth_outbox
                 WHERE NOT %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :since
                 ORDER BY published_at DESC LIMIT :most)
                UNION ALL
                (SELECT occurred_at, snapshot FROM oauth_outbox
                 WHERE %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :since
                 ORDER BY published_at DESC LIMIT :most)
                LIMIT :most) latest
            WHERE occurred_at >= :since AND NOT snapshot
            """.formatted(Outbox.REPLACEABLE);

    static final String COUNT_ONE = """
            SELECT count(*) AS events FROM (
                SELECT FROM oauth_outbox
                WHERE installation_id = :installation AND NOT snapshot AND occurred_at >= :since AND published_at >= :since
                LIMIT :most) counted
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

    /** A relay that was overtaken moves nothing back. What it has prepared is sent twice at worst. */
    private static final String MOVE = """
            UPDATE oauth_outbox_replays SET position = :position, snapshots = :snapshots
            WHERE id = :id AND position = :before
            """;

    private static final String DONE = "DELETE FROM oauth_outbox_replays WHERE id = :id";

    /** Whether any event up to that sequence is gone, and no snapshot in their place is unsent already. */
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

    /** How many are under way or wait for their turn. */
    public Mono<Long> waiting() {
        return database.sql(WAITING)
                .map(row -> Objects.requireNonNull(row.get("waiting", Long.class)))
                .one();
    }

    /** Whether there is anything to send again of this installation, be it a snapshot. */
    public Mono<Boolean> knows(UUID installation) {
        Mono<Boolean> hasEvents = database.sql(KNOWN)
                .bind("id", installation)
                .map(row -> Boolean.TRUE.equals(row.get("known", Boolean.class)))
                .one();
        return hasEvents
                .filter(known -> known)
                .switchIfEmpty(snapshots.of(installation).hasElement());
    }

    /**
     * Takes the order; the relay follows it in the background.
     *
     * @param installation null: all
     * @param most up to how many events are counted for the answer
     */
    public Mono<Order> request(@Nullable UUID installation, Instant since, String by, int most) {
        return count(installation, since, most)
                .flatMap(events -> database.sql(REQUEST)
                        .bind("id", UUID.randomUUID())
                        .bind("installation", installation == null ? Outbox.START : installation)
                        .bind("since", since)
                        .bind("by", by)
                        .bind("kept", properties.keepRefreshed().toMillis() / 1000.0)
                        .map(row -> Order.of(row, events))
                        .one());
    }

    private Mono<Long> count(@Nullable UUID installation, Instant since, int most) {
        GenericExecuteSpec statement = installation == null
                ? database.sql(COUNT)
                : database.sql(COUNT_ONE).bind("installation", installation);
        return statement
                .bind("since", since)
                .bind("most", most)
                .map(row -> Objects.requireNonNull(row.get("events", Long.class)))
                .one();
    }

    /** Prepares the next few installations of the oldest replay. False where there is none, or another relay is at it. */
    Mono<Boolean> advance(long epoch) {
        return database.sql(OLDEST)
                .bind("epoch", epoch)
                .map(Replay::of)
                .one()
                .flatMap(replay -> (replay.snapshots() ? tellStates(replay) : mark(replay)).thenReturn(true))
                .defaultIfEmpty(false);
    }

    /** In a transaction each: a row that is locked here makes nobody wait for another. */
    private Mono<Void> tellStates(Replay replay) {
        return statesToTell(replay)
                .concatMap(id -> tellState(id).thenReturn(id))
                .reduce((earlier, later) -> later)
                .flatMap(last -> move(replay, last, replay.installation() == null))
                .switchIfEmpty(Mono.defer(() -> move(replay, Outbox.START, false)));
    }

    private Flux<UUID> statesToTell(Replay replay) {
        UUID installation = replay.installation();
        return installation == null
                ? snapshots.installationsAfter(replay.position(), TOLD_AT_A_TIME)
                : Flux.just(installation);
    }

    private Mono<Void> tellState(UUID installation) {
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
                .map(row -> Boolean.TRUE.equals(row.get("lacks", Boolean.class)))
                .one();
    }

    private Mono<Void> mark(Replay replay) {
        UUID installation = replay.installation();
        return installation == null
                ? markSome(replay)
                        .flatMap(last -> move(replay, last, false).thenReturn(last))
                        .switchIfEmpty(done(replay).then(Mono.empty()))
                        .then()
                : markOne(replay, installation).then(done(replay));
    }

    /** Answers the last installation whose events are marked; empty where there are no more. */
    private Mono<UUID> markSome(Replay replay) {
        return database.sql(MARK)
                .bind("position", replay.position())
                .bind("since", replay.since())
                .bind("until", replay.requestedAt())
                .bind("limit", MARKED_AT_A_TIME)
                .map(row -> Objects.requireNonNull(row.get("last", UUID.class)))
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

    private Mono<Void> done(Replay replay) {
        return database.sql(DONE)
                .bind("id", replay.id())
                .then()
                .doOnSuccess(done -> log.info(
                        "Replay is under way to its end: installation={} from={} by={}",
                        replay.installation() == null ? "all" : replay.installation(),
                        replay.since(),
                        replay.requestedBy()));
    }

    /**
     * What became of a request.
     *
     * @param events how many will be sent again
     * @param reach from when on every change of an installation's state is among them
     * @param refreshedReach from when on every {@code token.refreshed} is among them
     * @param snapshots whether snapshots are sent in place of events that are gone
     */
    public record Order(long events, Instant reach, Instant refreshedReach, boolean snapshots) {

        static Order of(Readable row, long events) {
            return new Order(
                    events,
                    Objects.requireNonNull(row.get("reach", Instant.class)),
                    Objects.requireNonNull(row.get("refreshed_reach", Instant.class)),
                    Boolean.TRUE.equals(row.get("snapshots", Boolean.class)));
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
                    Objects.requireNonNull(row.get("id", UUID.class)),
                    row.get("installation_id", UUID.class),
                    Objects.requireNonNull(row.get("since", Instant.class)),
                    Objects.requireNonNull(row.get("requested_at", Instant.class)),
                    Objects.requireNonNull(row.get("requested_by", String.class)),
                    Boolean.TRUE.equals(row.get("snapshots", Boolean.class)),
                    Objects.requireNonNull(row.get("position", UUID.class)));
        }
    }
}
