package io.oauthservice.changefeed;

import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.RecentItems;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The latest changes, while the connection that reports them is open. */
final class RecentChanges {

    private static final int CAPACITY = 20_000;

    /** A change may name many installations; together, these take about 10 MB. */
    private static final int MOST_IDS = 200_000;

    private final RecentItems<Change> latest = new RecentItems<>(CAPACITY, MOST_IDS, Change::size, this::markRemoved);

    /** The latest transaction of which a change was removed to make room. */
    private long removed;

    /** The first transaction that began after the connection had begun to listen. */
    private long listeningFrom = Long.MAX_VALUE;

    synchronized void add(Change change) {
        latest.add(change);
    }

    private void markRemoved(Change change) {
        removed = Math.max(removed, change.transaction());
    }

    /** Changes have been missed, or will be. Counts as a change: what was read before may have missed one. */
    synchronized void reset() {
        latest.clear();
        removed = 0;
        listeningFrom = Long.MAX_VALUE;
    }

    /** Every change by this transaction and later ones has arrived, or will arrive. */
    synchronized void setListeningFrom(long transaction) {
        listeningFrom = transaction;
    }

    ReadMark mark() {
        return latest.mark();
    }

    /** Whether a change after this number matches. True if some of them are not known. */
    boolean anySince(long number, Predicate<Change> matches) {
        return latest.any(number, Long.MAX_VALUE, matches);
    }

    /**
     * The changes by this transaction and all later ones, in the order of their arrival. Empty if some are not known.
     */
    synchronized Optional<List<Change>> from(long transaction) {
        return transaction < listeningFrom || transaction <= removed
                ? Optional.empty()
                : Optional.of(latest.find(change -> change.transaction() >= transaction));
    }
}
