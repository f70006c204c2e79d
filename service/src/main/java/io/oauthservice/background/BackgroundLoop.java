package io.oauthservice.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs the steps of one background job, one at a time. A step runs after each interval, when the loop is woken, and
 * immediately while a step returns {@code true}. The job has its own virtual thread, so that a job that hangs does not
 * delay others. A failed step is logged and repeated after the interval. The first step runs after the interval, and
 * after a second at the latest.
 */
public final class BackgroundLoop implements SmartLifecycle {

    private static final Duration LONGEST_FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(5);

    private final Logger log;
    private final String name;
    private final Duration interval;
    private final String onFailure;
    private final Supplier<? extends Mono<?>> step;
    private final Semaphore wakeUps = new Semaphore(0);

    private int phase = Phases.JOBS;
    private Flux<?> wakeUpSource = Flux.never();
    private Duration stopWithin = Duration.ZERO;
    private Runnable afterStop = () -> {};

    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private Disposable subscription = Disposables.disposed();
    private Thread thread = new Thread();

    /**
     * @param job gives the logger and the thread their name
     * @param onFailure what has happened when a step fails, for the log
     * @param step may block; {@code true} means that there is more to do, anything else and empty that there is not
     */
    public BackgroundLoop(Class<?> job, Duration interval, String onFailure, Supplier<? extends Mono<?>> step) {
        this.log = LoggerFactory.getLogger(job);
        this.name = job.getSimpleName();
        this.interval = interval;
        this.onFailure = onFailure;
        this.step = step;
    }

    /** Default: {@link Phases#JOBS}. */
    public BackgroundLoop inPhase(int phase) {
        this.phase = phase;
        return this;
    }

    /** Wakes the loop with each element, while the loop runs. */
    public BackgroundLoop wokenBy(Flux<?> source) {
        this.wakeUpSource = source;
        return this;
    }

    /** How long a stop waits for the running step before it cancels it. Default: it cancels immediately. */
    public BackgroundLoop stoppingWithin(Duration limit) {
        this.stopWithin = limit;
        return this;
    }

    /** Runs after the last step, in {@link #stop}. */
    public BackgroundLoop afterStop(Runnable action) {
        this.afterStop = action;
        return this;
    }

    /** Starts a step without waiting for the interval. While the loop pauses, the step starts after the pause. */
    public void wake() {
        wakeUps.release();
    }

    /** Blocks for the interval, even if the loop is woken. For a step that must not be repeated earlier. */
    public void pause() {
        pause(interval);
    }

    private void pause(Duration length) {
        try {
            stopped.await(length.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    private void run() {
        pause(interval.compareTo(LONGEST_FIRST_DELAY) < 0 ? interval : LONGEST_FIRST_DELAY);
        while (isRunning()) {
            if (!runStep()) {
                awaitWakeUp();
            }
        }
    }

    private boolean runStep() {
        try {
            return Boolean.TRUE.equals(step.get().block());
        } catch (RuntimeException | Error e) {
            if (isRunning()) {
                log.warn("{}: error={}", onFailure, Exceptions.unwrap(e).getMessage());
                pause();
            }
            return true;
        }
    }

    private void awaitWakeUp() {
        try {
            if (wakeUps.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    @Override
    public void start() {
        stopped = new CountDownLatch(1);
        subscription = wakeUpSource.subscribe(element -> wake());
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    @Override
    public void stop() {
        stopped.countDown();
        subscription.dispose();
        wake();
        try {
            if (!thread.join(stopWithin)) {
                thread.interrupt();
                thread.join(CANCELLED_WITHIN);
            }
            afterStop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("Failed to stop background job: error={}", e.getMessage());
        }
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
