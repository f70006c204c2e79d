package io.oauthservice.startup;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;

/** Waits at the start for a part that is not available yet, for 60 s. Blocks. */
public final class StartWait {

    private static final Logger log = LoggerFactory.getLogger(StartWait.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LOG_AGAIN_AFTER = Duration.ofSeconds(10);

    /** Spring's own hook waits for the end of the start, and the start would wait for the database. */
    private static final CountDownLatch STOPPED = new CountDownLatch(1);

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(STOPPED::countDown, "start-wait"));
    }

    private StartWait() {}

    /**
     * Repeats an attempt while it fails for a reason that may end by itself. Fails with the attempt's own exception: at
     * once where waiting cannot help, else after 60 s.
     *
     * @param part what is waited for, as the log names it
     * @param attempt has a time limit of its own, well below 60 s
     * @param mayEnd whether another attempt may succeed
     */
    public static <T> T until(String part, Supplier<T> attempt, Predicate<Throwable> mayEnd) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long loggedAt = System.nanoTime() - LOG_AGAIN_AFTER.toNanos();
        while (true) {
            try {
                return attempt.get();
            } catch (RuntimeException e) {
                Throwable failure = Exceptions.unwrap(e);
                if (!mayEnd.test(failure) || System.nanoTime() > deadline) {
                    throw e;
                }
                if (System.nanoTime() - loggedAt >= LOG_AGAIN_AFTER.toNanos()) {
                    loggedAt = System.nanoTime();
                    log.info("Waiting for {}: {}", part, DatabaseFailures.text(failure));
                }
                pause();
            }
        }
    }

    /** Between two attempts. Fails where the process is asked to stop. */
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
