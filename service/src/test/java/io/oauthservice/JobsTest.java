package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.TaskScheduler;

/** What the service does by itself, now and then. */
class JobsTest extends ServiceStory {

    private static final Duration PAUSE = Duration.ofMillis(50);

    @Autowired
    private TaskScheduler scheduler;

    @Test
    void aJobThatHangsHoldsUpNoOther() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(3);

        var hangs = scheduler.scheduleWithFixedDelay(
                () -> {
                    hanging.countDown();
                    await(answer);
                },
                PAUSE);
        assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
        var runs = scheduler.scheduleWithFixedDelay(other::countDown, PAUSE);

        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        answer.countDown();
        hangs.cancel(false);
        runs.cancel(false);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
