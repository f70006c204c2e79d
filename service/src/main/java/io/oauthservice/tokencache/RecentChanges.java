package io.oauthservice.tokencache;

import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.installation.InstallationId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The latest changes that this replica was notified of, numbered in their order. They decide whether a response that was
 * read from the database may be older than a change: only the changes of its own grant, and of the default grant of its
 * organisation, concern it.
 */
final class RecentChanges {

    /** A read during which more changes arrive counts as outdated. */
    private static final int CAPACITY = 4096;

    /** The same limit for the organisations that these changes name. */
    private static final int ORGANISATIONS = 100_000;

    private final Deque<InstallationChange> latest = new ArrayDeque<>();
    private int organisations;
    private volatile long last;

    /** The number of the latest change. */
    long last() {
        return last;
    }

    synchronized void add(InstallationChange change) {
        latest.addLast(change);
        organisations += organisations(change);
        last++;
        while (latest.size() > CAPACITY || organisations > ORGANISATIONS) {
            organisations -= organisations(latest.removeFirst());
        }
    }

    private static int organisations(InstallationChange change) {
        return change instanceof Changed changed ? changed.defaultOf().size() : 0;
    }

    /**
     * Whether one of the changes after the first number, up to and including the second, concerns a response.
     *
     * @param key the organisation that was asked for
     * @param read the grant that was read for it
     */
    synchronized boolean concern(Lookup key, InstallationId read, long after, long upTo) {
        if (last - after > latest.size()) {
            return after < upTo;
        }
        Iterator<InstallationChange> newestFirst = latest.descendingIterator();
        for (long number = last; number > after; number--) {
            InstallationChange change = newestFirst.next();
            if (number <= upTo && concerns(change, key, read)) {
                return true;
            }
        }
        return false;
    }

    private static boolean concerns(InstallationChange change, Lookup key, InstallationId read) {
        return switch (change) {
            case Changed changed ->
                changed.id().equals(read)
                        || (changed.platform().equals(key.platform())
                                && changed.defaultOf().contains(key.orgId()));
            // A token that was read meanwhile has another fingerprint.
            case TokenReported reported -> false;
            case Missed missed -> true;
        };
    }
}
