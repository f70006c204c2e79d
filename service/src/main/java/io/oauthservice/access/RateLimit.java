package io.oauthservice.access;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket: a number of requests per second, with a burst of one second. Does not lock or allocate, because the
 * fast path calls it for each read.
 */
final class RateLimit {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final long interval;
    private final LongSupplier nanoTime;
    private final Counter rejected;

    /** When the bucket is full again. */
    private final AtomicLong fullAt;

    /**
     * @param nanoTime as {@link System#nanoTime()}
     * @param rejected counts what is above the limit
     */
    RateLimit(int perSecond, LongSupplier nanoTime, Counter rejected) {
        this.perSecond = perSecond;
        this.interval = SECOND / perSecond;
        this.nanoTime = nanoTime;
        this.rejected = rejected;
        this.fullAt = new AtomicLong(nanoTime.getAsLong());
    }

    int perSecond() {
        return perSecond;
    }

    /** Takes one request; false if there is none left. */
    boolean tryAcquire() {
        while (true) {
            long now = nanoTime.getAsLong();
            long full = fullAt.get();
            long next = (full - now > 0 ? full : now) + interval;
            if (next - now > SECOND) {
                rejected.increment();
                return false;
            }
            if (fullAt.compareAndSet(full, next)) {
                return true;
            }
        }
    }
}
