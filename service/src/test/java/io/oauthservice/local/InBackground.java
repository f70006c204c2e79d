package io.oauthservice.local;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** A server that starts while other things do. */
final class InBackground<T extends AutoCloseable> {

    private final CompletableFuture<T> start;

    private InBackground(CompletableFuture<T> start) {
        this.start = start;
    }

    static <T extends AutoCloseable> InBackground<T> start(String name, Supplier<T> server) {
        return new InBackground<>(CompletableFuture.supplyAsync(
                server,
                task -> Thread.ofPlatform().daemon().name("start-" + name).start(task)));
    }

    /** Waits until it has started, and fails as its start did. */
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

    /** Waits for the start, so that nothing is left behind, and stops it; a start that failed has nothing to stop. */
    void stop() {
        try {
            start.join().close();
        } catch (CompletionException e) {
            // Never started; whoever waited for it knows.
        } catch (Exception e) {
            System.err.println("Not stopped cleanly: " + e);
        }
    }
}
