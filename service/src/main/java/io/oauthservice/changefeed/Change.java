package io.oauthservice.changefeed;

import java.util.Collections;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change of installations that this replica was notified of, or has made. One transaction may send several. */
public sealed interface Change {

    /** The number of the transaction that made the change; lower than every number where it is not known. */
    long transaction();

    /**
     * Every transaction with a lower number had ended when the change was made: {@code pg_snapshot_xmin}. Lower
     * than every number where it is not known.
     */
    long settledBefore();

    /** How many installations it names. */
    int size();

    /** Whether it may concern one of these installations. */
    boolean concernsAny(Set<UUID> installations);

    /** Whether it may change which installations are in a list of this platform; null: a list of all platforms. */
    boolean concernsListsOf(@Nullable String platform);

    /**
     * These installations have changed.
     *
     * @param usageOnly whether nothing has changed but when they were used last
     * @param mayMoveBetweenLists whether it may change which lists contain them; false: only their contents
     * @param organisations those that an installation has got or lost, or that have another name
     */
    record OfInstallations(
            boolean usageOnly,
            boolean mayMoveBetweenLists,
            String platform,
            Set<UUID> ids,
            Set<String> organisations,
            long transaction,
            long settledBefore)
            implements Change {

        public OfInstallations {
            ids = Set.copyOf(ids);
            organisations = Set.copyOf(organisations);
        }

        @Override
        public int size() {
            return ids.size();
        }

        @Override
        public boolean concernsAny(Set<UUID> installations) {
            return !Collections.disjoint(installations, ids);
        }

        @Override
        public boolean concernsListsOf(@Nullable String other) {
            return mayMoveBetweenLists && (other == null || other.equals(platform));
        }
    }

    /** More installations have changed than a notification can name, or the notification cannot be read. */
    record OfUnknown(long transaction, long settledBefore) implements Change {

        @Override
        public int size() {
            return 0;
        }

        @Override
        public boolean concernsAny(Set<UUID> installations) {
            return !installations.isEmpty();
        }

        @Override
        public boolean concernsListsOf(@Nullable String platform) {
            return true;
        }
    }

    /** A change by this replica, whose notification follows. Its place in the order is not known. */
    record Local(boolean mayMoveBetweenLists, String platform, UUID id) implements Change {

        @Override
        public long transaction() {
            return -1;
        }

        @Override
        public long settledBefore() {
            return -1;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public boolean concernsAny(Set<UUID> installations) {
            return installations.contains(id);
        }

        @Override
        public boolean concernsListsOf(@Nullable String other) {
            return mayMoveBetweenLists && (other == null || other.equals(platform));
        }
    }
}
