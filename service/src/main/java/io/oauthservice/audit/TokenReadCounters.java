package io.oauthservice.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one token's reads, by the callers' names: an open-addressing hash table, because each object that a
 * read visits costs as much as all that it computes.
 */
public final class TokenReadCounters {

    private static final int SMALLEST = 16;

    private final String platform;
    private final UUID installation;
    private final String organisation;
    private final String fingerprint;

    /** At most half full. Not volatile: a caller that is not found is looked up again, and added, under a lock. */
    private @Nullable PendingCount[] table = new @Nullable PendingCount[SMALLEST];

    private int used;

    /** @param organisation the id of the one that it is read for */
    public TokenReadCounters(String platform, UUID installation, String organisation, String fingerprint) {
        this.platform = platform;
        this.installation = installation;
        this.organisation = organisation;
        this.fingerprint = fingerprint;
    }

    /** Without an allocation: this runs at each read. Null where there is none. */
    @Nullable
    PendingCount find(String caller) {
        @Nullable PendingCount[] slots = table;
        PendingCount counter = slots[slot(slots, caller)];
        return counter == null || counter.isRemoved() ? null : counter;
    }

    /** The slot of this caller, or the free one where it belongs. */
    private static int slot(@Nullable PendingCount[] slots, String caller) {
        int mask = slots.length - 1;
        int hash = caller.hashCode();
        int slot = (hash ^ (hash >>> 16)) & mask;
        while (true) {
            PendingCount counter = slots[slot];
            if (counter == null || counter.isOf(caller)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    synchronized void keep(String caller, PendingCount counter) {
        if (2 * used >= table.length) {
            dropRemoved();
        }
        int slot = slot(table, caller);
        if (table[slot] == null) {
            used++;
        }
        table[slot] = counter;
    }

    private void dropRemoved() {
        @Nullable PendingCount[] before = table;
        int kept = 0;
        for (PendingCount counter : before) {
            if (counter != null && !counter.isRemoved()) {
                kept++;
            }
        }
        @Nullable
        PendingCount[] after =
                new @Nullable PendingCount[Math.max(SMALLEST, 4 * Integer.highestOneBit(Math.max(1, kept)))];
        used = 0;
        for (PendingCount counter : before) {
            String actor = counter == null || counter.isRemoved() ? null : counter.actor();
            if (actor != null) {
                after[slot(after, actor)] = counter;
                used++;
            }
        }
        table = after;
    }

    CountKey key(String caller) {
        return new CountKey(CountKey.TOKEN_READ, caller, platform, installation, fingerprint, null);
    }

    String organisation() {
        return organisation;
    }
}
