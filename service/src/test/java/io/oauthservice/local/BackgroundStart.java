package io.oauthservice.local;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** A server that starts in the background. */
final class BackgroundStart<T extends AutoCloseable> {

    private final CompletableFuture<T> start;

    private BackgroundStart(CompletableFuture<T> start) {
        this.start = start;
    }

    static <T extends AutoCloseable> BackgroundStart<T> start(String name, Supplier<T> server) {
        return new BackgroundStart<>(CompletableFuture.supplyAsync(
                server,
                task -> Thread.ofPlatform().daemon().name("start-" + name).start(task)));
    }

    /** Waits until it has started. Fails with the failure of the start. */
    T get() {
        try {
            return start.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Waits for the start, so that nothing is left running, and stops it. Does nothing if the start failed. */
    void stop() {
        try {
            start.join().close();
        } catch (CompletionException e) {
            // The start failed, which get() reports.
        } catch (Exception e) {
            System.err.println("Failed to stop: " + e);
        }
    }
}
