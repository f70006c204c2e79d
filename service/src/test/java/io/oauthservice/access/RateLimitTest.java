package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Counter rejected = Counter.builder("rejected").register(meters);

    /** Near the overflow of the clock, which may have any value. */
    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofMillis(500).toNanos());

    private RateLimit limit(int perSecond) {
        return new RateLimit(perSecond, now::get, rejected);
    }

    private static long accepted(RateLimit limit, int requests) {
        return IntStream.range(0, requests).filter(i -> limit.tryAcquire()).count();
    }

    @Test
    void theBurstIsThatOfOneSecond() {
        RateLimit limit = limit(3);

        assertThat(accepted(limit, 10)).isEqualTo(3);
        assertThat(rejected.count()).isEqualTo(7);
    }

    @Test
    void oneRequestPerSecondIsTheLowestLimit() {
        RateLimit limit = limit(1);
        assertThat(accepted(limit, 5)).isEqualTo(1);

        now.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(accepted(limit, 5)).isEqualTo(1);
    }

    @Test
    void theNextRequestIsAcceptedAsSoonAsItsShareOfASecondIsOver() {
        RateLimit limit = limit(10);
        accepted(limit, 10);

        now.addAndGet(Duration.ofMillis(99).toNanos());
        assertThat(accepted(limit, 5)).isZero();
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(accepted(limit, 5)).isEqualTo(1);
    }

    @Test
    void aPauseDoesNotSaveMoreThanOneSecond() {
        RateLimit limit = limit(5);

        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(accepted(limit, 100)).isEqualTo(5);
    }

    @Test
    void concurrentRequestsTakeNoMoreThanThereAre() {
        RateLimit limit = limit(1000);

        long accepted = IntStream.range(0, 10_000)
                .parallel()
                .filter(i -> limit.tryAcquire())
                .count();

        assertThat(accepted).isEqualTo(1000);
    }

    @Test
    void aCallerThatIsCreatedAgainKeepsItsLimitUnlessTheRateChanges() {
        RateLimits limits = new RateLimits(meters);
        RateLimit first = limits.of("indexer", "indexer", 5);

        assertThat(limits.of("indexer", "indexer", 5)).isSameAs(first);
        assertThat(limits.of("indexer", "indexer", 6)).isNotSameAs(first);
        assertThat(limits.of("other", "other", 5)).isNotSameAs(first);
        assertThat(limits.of("indexer", "indexer", null)).isNull();
    }

    @Test
    void aLimitThatWasJustUsedIsNotForgotten() {
        RateLimits limits = new RateLimits(meters);
        WeakReference<RateLimit> used = new WeakReference<>(limits.of("oidc", "oidc:jane", 1));
        WeakReference<Object> unused = new WeakReference<>(new Object());

        Awaitility.await().until(() -> {
            System.gc();
            return unused.get() == null;
        });

        assertThat(used.get()).isNotNull();
    }
}
