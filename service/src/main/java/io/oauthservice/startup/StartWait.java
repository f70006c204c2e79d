package io.oauthservice.startup;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;

/** Waits up to 60 s at the start for a part that is not available yet. Blocks. */
public final class StartWait {

    private static final Logger log = LoggerFactory.getLogger(StartWait.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LOG_AGAIN_AFTER = Duration.ofSeconds(10);

    /** A separate shutdown hook, because Spring's hook waits for the end of the start, which waits for the database. */
    private static final CountDownLatch STOPPED = new CountDownLatch(1);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(STOPPED::countDown, "start-wait"));
    }

    private StartWait() {}

    /**
     * Repeats an attempt while it fails for a transient reason. Fails with the attempt's exception: immediately if the
     * reason is permanent, else after 60 s.
     *
     * @param part name of what is waited for, for the log
     * @param attempt has a time limit of its own, well below 60 s
     * @param isTransient whether another attempt may succeed
     */
    public static <T> T until(String part, Supplier<T> attempt, Predicate<Throwable> isTransient) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long loggedAt = System.nanoTime() - LOG_AGAIN_AFTER.toNanos();
        while (true) {
            try {
                return attempt.get();
            } catch (RuntimeException e) {
                Throwable failure = Exceptions.unwrap(e);
                if (!isTransient.test(failure) || System.nanoTime() > deadline) {
                    throw e;
                }
                if (System.nanoTime() - loggedAt >= LOG_AGAIN_AFTER.toNanos()) {
                    loggedAt = System.nanoTime();
                    log.info("Waiting for {}: error={}", part, DatabaseFailures.text(failure));
                }
                pause();
            }
        }
    }

    /** Pauses between two attempts; fails when the process is stopped. */
    static void pause() {
        try {
            if (STOPPED.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("stopped during the start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during the start", e);
        }
    }
}
