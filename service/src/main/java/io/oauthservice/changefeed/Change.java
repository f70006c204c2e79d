package io.oauthservice.changefeed;

import java.util.Collections;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notification by the triggers. One transaction may send several. */
public sealed interface Change {

    /** The number of the transaction that made the change. */
    long transaction();

    /** The oldest transaction that was in progress when the change was made: {@code pg_snapshot_xmin}. */
    long settled();

    /** How many installations it names. */
    int size();

    /** Whether it may concern one of these installations. */
    boolean concernsAny(Set<UUID> installations);

    /** Whether it may change which installations are in a list of this platform; null: a list of all platforms. */
    boolean concernsListsOf(@Nullable String platform);

    /**
     * Named installations have changed.
     *
     * @param reported whether it is of interest by itself; false: only when they were used last
     * @param membership whether it may change which lists contain them; false: only their contents
     * @param organisations those that an installation has got or lost, or that have another name
     */
    record Named(
            boolean reported,
            boolean membership,
            String platform,
            Set<UUID> ids,
            Set<String> organisations,
            long transaction,
            long settled)
            implements Change {

        public Named {
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
            return membership && (other == null || other.equals(platform));
        }
    }

    /** More installations have changed than a notification can name. */
    record Unnamed(long transaction, long settled) implements Change {

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
}
