package io.oauthservice.audit;

import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The count of one combination in memory. It only grows: what is not stored yet is the difference to what is stored, so
 * that neither a failed attempt to store it nor a concurrent read loses anything.
 */
final class PendingCount {

    private static final long RESOLUTION_MILLIS = 1_000;
    private static final AtomicLongFieldUpdater<PendingCount> SERVED =
            AtomicLongFieldUpdater.newUpdater(PendingCount.class, "served");
    private static final AtomicLongFieldUpdater<PendingCount> NOT_MODIFIED =
            AtomicLongFieldUpdater.newUpdater(PendingCount.class, "notModified");

    private final CountKey key;
    private final @Nullable String actor;

    // A field instead of a separate object, so that a read accesses less memory.
    private volatile long served;
    private volatile long notModified;

    // Not volatile: they are written once a second at most, and a lost write is that of another read in this second.
    private long firstAt;
    private long lastAt;
    private @Nullable InetAddress address;
    private @Nullable String organisation;

    // Used by the loop that stores counts only.
    private long storedServed;
    private long storedNotModified;
    private long dueAt;
    private boolean hasEntry;

    private volatile boolean removed;

    PendingCount(CountKey key) {
        this.key = key;
        this.actor = key.actor();
    }

    CountKey key() {
        return key;
    }

    @Nullable
    String actor() {
        return actor;
    }

    boolean isOf(String name) {
        return name.equals(actor);
    }

    void add(@Nullable InetAddress from, @Nullable String of, boolean unmodified, long now) {
        if (now - lastAt >= RESOLUTION_MILLIS) {
            lastAt = now;
            if (firstAt == 0) {
                firstAt = now;
            }
            setOrigin(from, of);
        }
        (unmodified ? NOT_MODIFIED : SERVED).incrementAndGet(this);
    }

    /** Compares before writing, because writing a reference costs the garbage collector more. */
    private void setOrigin(@Nullable InetAddress from, @Nullable String of) {
        if (!Objects.equals(address, from)) {
            address = from;
        }
        if (!Objects.equals(organisation, of)) {
            organisation = of;
        }
    }

    /** What is not stored yet; null: nothing. */
    @Nullable
    Unstored unstored() {
        long newlyServed = served - storedServed;
        long newlyNotModified = notModified - storedNotModified;
        return newlyServed + newlyNotModified == 0
                ? null
                : new Unstored(
                        this,
                        newlyServed,
                        newlyNotModified,
                        firstAt == 0 ? lastAt : firstAt,
                        lastAt,
                        address,
                        organisation);
    }

    private void markStored(Unstored part, long nextDueAt) {
        storedServed += part.served();
        storedNotModified += part.notModified();
        firstAt = 0;
        hasEntry = true;
        dueAt = nextDueAt;
    }

    boolean hasEntry() {
        return hasEntry;
    }

    boolean isDue(long now) {
        return !hasEntry || now >= dueAt;
    }

    long lastAt() {
        return lastAt;
    }

    /** Look-ups no longer return it. A read that found it before may still add to it. */
    void markRemoved() {
        removed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    /**
     * Reads that are not stored yet.
     *
     * @param firstAt of these, in milliseconds
     */
    record Unstored(
            PendingCount counter,
            long served,
            long notModified,
            long firstAt,
            long lastAt,
            @Nullable InetAddress address,
            @Nullable String organisation) {

        CountKey key() {
            return counter.key();
        }

        void markStored(long nextDueAt) {
            counter.markStored(this, nextDueAt);
        }
    }
}
