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
 * The table's side of the relay's work, for its thread alone: while Kafka has one batch, the next is read and the one
 * before is marked. Batches go through the installations in ascending order, each with its first event only, so that
 * none meets what an earlier one of the same sweep still has in hand; a new sweep begins when all of the last is marked.
 */
final class Batches {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final CompletableFuture<@Nullable Long> NOTHING = CompletableFuture.completedFuture(1L);

    private final Outbox outbox;
    private final int size;
    private @Nullable CompletableFuture<@Nullable List<Entry>> ahead;
    private CompletableFuture<@Nullable Long> marking = NOTHING;

    Batches(Outbox outbox, int size) {
        this.outbox = outbox;
        this.size = size;
    }

    /** What is due now; empty where there is nothing, or another relay has taken over. */
    List<Entry> next(long epoch) {
        List<Entry> entries = ahead == null ? List.of() : await(ahead);
        ahead = null;
        if (entries.isEmpty()) {
            entries = await(newSweep(epoch));
        }
        if (!entries.isEmpty()) {
            ahead = read(entries.getLast().installationId(), epoch);
        }
        return entries;
    }

    private CompletableFuture<@Nullable List<Entry>> newSweep(long epoch) {
        finish();
        return read(Outbox.START, epoch);
    }

    private CompletableFuture<@Nullable List<Entry>> read(UUID after, long epoch) {
        return outbox.heads(after, size, epoch).toFuture();
    }

    /** Begins to mark. Answers false where the batch before could not be marked, because another relay has taken over. */
    boolean mark(Collection<UUID> acknowledged, long epoch) {
        boolean ours = finish();
        if (!acknowledged.isEmpty()) {
            marking = outbox.markPublished(acknowledged, epoch).toFuture();
        }
        return ours;
    }

    /** Waits until all is marked; answers as {@link #mark} does. */
    boolean finish() {
        CompletableFuture<@Nullable Long> last = marking;
        marking = NOTHING;
        return await(last) > 0;
    }

    /** Begins a new sweep: not everything that was read has been sent. */
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
