package io.oauthservice.outbox;

import io.oauthservice.outbox.Outbox.Entry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/**
 * Reads and marks the relay's batches: while Kafka has one batch, the next is read and the one before is marked.
 * Batches visit the installations in ascending order, each with its first event only, so that no event is in two
 * batches of one pass. A new pass starts when all events of the last are marked. For the relay's thread only, which it
 * blocks.
 */
final class Batches {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** No batch to mark counts as a marked one. */
    private static final CompletableFuture<@Nullable Long> ALL_MARKED = CompletableFuture.completedFuture(1L);

    private final Outbox outbox;
    private final int size;
    private @Nullable CompletableFuture<@Nullable List<Entry>> ahead;
    private CompletableFuture<@Nullable Long> marking = ALL_MARKED;

    Batches(Outbox outbox, int size) {
        this.outbox = outbox;
        this.size = size;
    }

    /** The due events; empty where there are none, or another relay has the lease. */
    List<Entry> next(long epoch) {
        List<Entry> entries = ahead == null ? List.of() : await(ahead);
        ahead = null;
        if (entries.isEmpty()) {
            entries = await(newPass(epoch));
        }
        if (!entries.isEmpty()) {
            ahead = read(entries.getLast().installationId(), epoch);
        }
        return entries;
    }

    private CompletableFuture<@Nullable List<Entry>> newPass(long epoch) {
        finish();
        return read(Outbox.START, epoch);
    }

    private CompletableFuture<@Nullable List<Entry>> read(UUID after, long epoch) {
        return outbox.heads(after, size, epoch).toFuture();
    }

    /** Starts to mark. Returns false if the previous batch could not be marked, because another relay has the lease. */
    boolean mark(Collection<UUID> acknowledged, long epoch) {
        boolean marked = finish();
        if (!acknowledged.isEmpty()) {
            marking = outbox.markPublished(acknowledged, epoch).toFuture();
        }
        return marked;
    }

    /** Waits until all events are marked. Returns false if they were not, because another relay has the lease. */
    boolean finish() {
        CompletableFuture<@Nullable Long> last = marking;
        marking = ALL_MARKED;
        return await(last) > 0;
    }

    /** Starts a new pass, because not all events that were read have been sent. */
    void startOver() {
        ahead = null;
    }

    private static <T> T await(CompletableFuture<@Nullable T> statement) {
        try {
            return Objects.requireNonNull(statement.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
            throw new IllegalStateException(cause.getClass().getSimpleName() + ": " + cause.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
