package io.oauthservice.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Combines distinct concurrent requests into one call. A request is sent immediately while fewer calls than the limit
 * are in flight; later requests wait, and are sent together as soon as a call ends. A call is detached from its
 * requests: it runs to its end, even if all of them are cancelled.
 *
 * @param <I> a request
 * @param <O> its result
 */
public final class Batcher<I, O> {

    private static final int MAX_BATCH = 128;
    private static final int MAX_WAITING = 10_000;

    private final Semaphore calls;
    private final Function<List<I>, Mono<List<O>>> call;
    private final Supplier<? extends RuntimeException> overload;
    private final Queue<Request<I, O>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();

    /**
     * @param maxCalls the calls that may be in flight at the same time
     * @param call emits one list, with a result for each request, in their order
     * @param overload the failure of a request when too many are waiting
     */
    public Batcher(int maxCalls, Function<List<I>, Mono<List<O>>> call, Supplier<? extends RuntimeException> overload) {
        this.calls = new Semaphore(maxCalls);
        this.call = call;
        this.overload = overload;
    }

    /** The result of this request, never empty. Fails if the call that it is part of fails. */
    public Mono<O> submit(I request) {
        return Mono.create(sink -> {
            if (length.incrementAndGet() > MAX_WAITING) {
                length.decrementAndGet();
                sink.error(overload.get());
                return;
            }
            waiting.add(new Request<>(request, sink));
            send();
        });
    }

    private void send() {
        while (!waiting.isEmpty() && calls.tryAcquire()) {
            List<Request<I, O>> batch = nextBatch();
            if (batch.isEmpty()) {
                calls.release();
            } else {
                send(batch);
            }
        }
    }

    private List<Request<I, O>> nextBatch() {
        List<Request<I, O>> batch = new ArrayList<>();
        while (batch.size() < MAX_BATCH) {
            Request<I, O> next = waiting.poll();
            if (next == null) {
                break;
            }
            length.decrementAndGet();
            batch.add(next);
        }
        return batch;
    }

    private void send(List<Request<I, O>> batch) {
        Mono.defer(() -> call.apply(batch.stream().map(Request::value).toList()))
                .single()
                // Before the results are delivered, so that their processing does not delay the next call.
                .doOnTerminate(() -> {
                    calls.release();
                    send();
                })
                .subscribe(
                        results -> {
                            for (int i = 0; i < batch.size(); i++) {
                                batch.get(i).sink().success(results.get(i));
                            }
                        },
                        failure -> batch.forEach(request -> request.sink().error(failure)));
    }

    private record Request<I, O>(I value, MonoSink<O> sink) {}
}
