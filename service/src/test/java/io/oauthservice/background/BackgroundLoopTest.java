package io.oauthservice.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.LogCapture;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** When a loop runs its step, and when it does not. */
class BackgroundLoopTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicInteger steps = new AtomicInteger();
    private BackgroundLoop loop = loop(LONG, Mono::empty);

    private BackgroundLoop loop(Duration interval, Supplier<Mono<?>> step) {
        return new BackgroundLoop(BackgroundLoopTest.class, interval, "The step failed", step);
    }

    private void start(Duration interval, Supplier<Mono<?>> step) {
        loop = loop(interval, step);
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void itRepeatsTheStepAfterTheInterval() {
        start(SHORT, () -> Mono.fromRunnable(steps::incrementAndGet));

        await().atMost(LIMIT).until(() -> steps.get() > 3);
    }

    @Test
    void itRepeatsTheStepImmediatelyWhileThereIsMore() {
        start(LONG, () -> Mono.fromSupplier(() -> steps.incrementAndGet() < 5));

        await().atMost(LIMIT).until(() -> steps.get() == 5);
    }

    @Test
    void itIsWokenByACallAndByItsSource() {
        Sinks.Many<String> source = Sinks.many().multicast().directBestEffort();
        loop = loop(LONG, () -> Mono.fromRunnable(steps::incrementAndGet)).wokenBy(source.asFlux());
        loop.start();
        await().atMost(LIMIT).until(() -> steps.get() == 1);

        loop.wake();
        await().atMost(LIMIT).until(() -> steps.get() == 2);
        source.tryEmitNext("more");
        await().atMost(LIMIT).until(() -> steps.get() == 3);
    }

    @Test
    void aFailureIsLoggedAndTheStepRepeated() {
        try (LogCapture log = LogCapture.start()) {
            start(SHORT, () -> {
                if (steps.incrementAndGet() == 1) {
                    throw new IllegalStateException("no luck");
                }
                return Mono.error(new AssertionError("again"));
            });

            await().atMost(LIMIT).until(() -> steps.get() > 3);
            assertThat(log.text()).contains("The step failed: error=no luck", "The step failed: error=again");
        }
    }

    @Test
    void afterAFailureAWakeUpDoesNotShortenTheInterval() {
        start(LONG, () -> Mono.error(new IllegalStateException("failure " + steps.incrementAndGet())));
        await().atMost(LIMIT).until(() -> steps.get() == 1);

        loop.wake();

        await().during(Duration.ofMillis(300)).atMost(LIMIT).until(() -> steps.get() == 1);
    }

    @Test
    void aLoopThatHangsDelaysNoOther() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        start(SHORT, () -> Mono.never().doOnSubscribe(subscription -> hanging.countDown()));
        assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();

        BackgroundLoop other = loop(SHORT, () -> Mono.fromRunnable(steps::incrementAndGet));
        other.start();

        await().atMost(LIMIT).until(() -> steps.get() > 3);
        other.stop();
    }

    @Test
    void aStopCancelsTheStepBeforeItsLastAction() {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicBoolean cancelledBefore = new AtomicBoolean();
        loop = loop(
                        SHORT,
                        () -> Mono.never()
                                .doOnSubscribe(subscription -> steps.incrementAndGet())
                                .doOnCancel(() -> cancelled.set(true)))
                .afterStop(() -> cancelledBefore.set(cancelled.get()));
        loop.start();
        await().atMost(LIMIT).until(() -> steps.get() == 1);

        loop.stop();

        assertThat(cancelledBefore).isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void aStopMayWaitForTheStep() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        loop = loop(
                        SHORT,
                        () -> Mono.delay(Duration.ofMillis(300))
                                .doOnSubscribe(subscription -> started.countDown())
                                .doOnNext(over -> steps.incrementAndGet()))
                .stoppingWithin(LIMIT);
        loop.start();
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        loop.stop();

        assertThat(steps).hasValue(1);
    }
}
