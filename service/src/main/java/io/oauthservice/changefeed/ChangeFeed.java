package io.oauthservice.changefeed;

import io.oauthservice.background.BackgroundSubscription;
import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.InstallationChange;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/**
 * The changes that this replica has been notified of, and whether it has been notified of all of them. The triggers'
 * notifications ({@code oauth_changes}) arrive in the order of the commits, from replicas of any version and from
 * changes by hand. Those of the channel {@code oauth_installations} are sent by the service, and evict tokens.
 */
@Component
public class ChangeFeed {

    private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

    private static final String CHANNEL = "oauth_changes";
    private static final Duration BEAT_EVERY = Duration.ofSeconds(1);
    private static final Duration MAX_AGE = BEAT_EVERY.multipliedBy(2);

    /**
     * The stored epoch, combined with the cluster's identifier and timeline where the role may read them, so that a
     * failover or a restore changes it. Otherwise a dump that is restored elsewhere has the same epoch, although its
     * transactions are numbered by another cluster.
     */
    private static final String EPOCH = """
            SELECT substr(md5(concat_ws(' ', epoch,
                    CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                        THEN (SELECT system_identifier FROM pg_control_system()) END,
                    CASE WHEN has_function_privilege('pg_control_checkpoint()', 'EXECUTE')
                        THEN (SELECT timeline_id FROM pg_control_checkpoint()) END)), 1, 12) AS epoch,
                pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next
            FROM oauth_change_epoch
            """;

    private final Notifications notifications;
    private final ChangeNotifications changes;
    private final DatabaseClient database;
    private final JsonMapper json;
    private final RecentChanges recent = new RecentChanges();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private Disposable.Swap epochRead = Disposables.swap();

    /** When the latest heartbeat that has returned was sent, by {@link System#nanoTime()}; null: none has. */
    private volatile @Nullable Long provenAt;

    private volatile @Nullable String epoch;
    private volatile long settledBefore;

    ChangeFeed(Notifications notifications, ChangeNotifications changes, DatabaseClient database, JsonMapper json) {
        this.notifications = notifications;
        this.changes = changes;
        this.database = database;
        this.json = json;
    }

    /** Whether everything that was committed two seconds ago has arrived. */
    public boolean isCurrent() {
        Long latest = provenAt;
        return latest != null && System.nanoTime() - latest <= MAX_AGE.toNanos();
    }

    /** To be called before a read of the database, for {@link #anySince}. */
    public ReadMark mark() {
        return recent.mark();
    }

    /** Whether one of the changes after this number matches, or may match because it was missed. */
    public boolean anySince(long number, Predicate<Change> matches) {
        return recent.anySince(number, matches);
    }

    /** The position behind everything that has arrived. Empty while the connection is being established. */
    public Optional<Position> position() {
        String current = epoch;
        return current == null || settledBefore == 0
                ? Optional.empty()
                : Optional.of(new Position(current, settledBefore));
    }

    /**
     * The changes since a position that this or another replica has given, in their order. Some may have been before
     * it. Empty where some are not known: the position is too old, of another database, or ahead of this one.
     */
    public Optional<List<Change>> since(Position position) {
        return position.epoch().equals(epoch) && position.transaction() <= settledBefore
                ? recent.from(position.transaction())
                : Optional.empty();
    }

    /** Whether the position may become known: another replica may have been notified earlier. */
    public boolean isAhead(Position position) {
        return position.epoch().equals(epoch) && position.transaction() > settledBefore;
    }

    /**
     * Adds a listener. One thread at a time calls it with notifications; any thread with this replica's own changes.
     */
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    private void onEvent(ListenerEvent event) {
        switch (event) {
            case ListenerEvent.Received received -> onChange(ChangePayload.parse(received.payload(), json));
            case ListenerEvent.Beat beat -> {
                advance(beat.settledBefore());
                provenAt = beat.sentAt();
            }
            case ListenerEvent.Listening listening -> {
                reset();
                epochRead.update(readEpoch().subscribe());
            }
            case ListenerEvent.Lost lost -> {
                epochRead.update(Disposables.disposed());
                reset();
            }
        }
    }

    private void onChange(Change change) {
        recent.add(change);
        advance(change.settledBefore());
        listeners.forEach(listener -> listener.onChange(change));
    }

    private void advance(long to) {
        if (to > settledBefore) {
            settledBefore = to;
        }
    }

    private void reset() {
        provenAt = null;
        epoch = null;
        settledBefore = 0;
        recent.reset();
        listeners.forEach(Listener::onLost);
    }

    /** Called after the connection has begun to listen, so that changes of later transactions are not missed. */
    private Mono<Void> readEpoch() {
        return database.sql(EPOCH)
                .map(ChangeFeed::toPosition)
                .one()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("oauth_change_epoch is empty")))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200))
                        .maxBackoff(Duration.ofSeconds(5))
                        .doBeforeRetry(retry -> log.warn(
                                "Change feed not established: error={}",
                                retry.failure().getMessage())))
                .doOnNext(read -> {
                    recent.setListeningFrom(read.transaction());
                    epoch = read.epoch();
                })
                .then();
    }

    private static Position toPosition(Readable row) {
        return new Position(Sql.get(row, "epoch", String.class), Sql.get(row, "next", Long.class));
    }

    /** This replica's changes, before their caller gets the result. */
    private void onLocal(InstallationChange change) {
        if (change instanceof InstallationChange.Changed changed) {
            onChange(new Change.Local(
                    changed.grantChanged(), changed.platform(), changed.id().value()));
        }
    }

    @Bean
    BackgroundSubscription changeFeedSubscription() {
        return new BackgroundSubscription(this::subscribe);
    }

    private Disposable subscribe() {
        epochRead = Disposables.swap();
        return Disposables.composite(
                changes.listenLocally(this::onLocal),
                notifications.onWithBeats(CHANNEL, BEAT_EVERY).subscribe(this::onEvent),
                epochRead,
                this::reset);
    }

    /** Is called with what has arrived. Must not block. */
    public interface Listener {

        /** A change has arrived. */
        void onChange(Change change);

        /** Changes may have been missed since the last call. */
        void onLost();
    }

    /**
     * A place in the order of changes that has the same meaning on all replicas.
     *
     * @param epoch identifies the database and its history
     * @param transaction every change by an earlier transaction comes before it
     */
    public record Position(String epoch, long transaction) {

        /** Empty where the text is no position. */
        public static Optional<Position> parse(String text) {
            int separator = text.indexOf('-');
            if (separator < 1 || text.length() > 60) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        new Position(text.substring(0, separator), Long.parseLong(text.substring(separator + 1))));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return epoch + "-" + transaction;
        }
    }
}
