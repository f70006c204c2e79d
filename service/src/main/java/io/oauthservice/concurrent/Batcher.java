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
 * Makes one call of what waits together. Whoever comes while few calls are under way goes at once and alone; whoever
 * comes later goes with all that have come meanwhile, as soon as one of the calls ends.
 */
public final class Batcher<I, O> {

    private static final int MOST_TOGETHER = 128;
    private static final int MOST_WAITING = 10_000;

    private final Function<List<I>, Mono<List<O>>> call;
    private final Queue<Waiting<I, O>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final Semaphore calls;
    private final Supplier<? extends RuntimeException> refusal;

    /**
     * @param calls that may be under way at the same time
     * @param call answers as many as it was given, in their order
     * @param refusal what is told when too many wait already
     */
    public Batcher(int calls, Function<List<I>, Mono<List<O>>> call, Supplier<? extends RuntimeException> refusal) {
        this.calls = new Semaphore(calls);
        this.call = call;
        this.refusal = refusal;
    }

    /** Fails as the call fails that it travels with. */
    public Mono<O> submit(I item) {
        return Mono.create(sink -> {
            if (length.incrementAndGet() > MOST_WAITING) {
                length.decrementAndGet();
                sink.error(refusal.get());
                return;
            }
            waiting.add(new Waiting<>(item, sink));
            send();
        });
    }

    private void send() {
        while (!waiting.isEmpty() && calls.tryAcquire()) {
            List<Waiting<I, O>> together = takeTogether();
            if (together.isEmpty()) {
                calls.release();
            } else {
                send(together);
            }
        }
    }

    private List<Waiting<I, O>> takeTogether() {
        List<Waiting<I, O>> together = new ArrayList<>();
        while (together.size() < MOST_TOGETHER) {
            Waiting<I, O> next = waiting.poll();
            if (next == null) {
                break;
            }
            length.decrementAndGet();
            together.add(next);
        }
        return together;
    }

    /** Nobody's cancellation ends it: the others wait for it too. */
    private void send(List<Waiting<I, O>> together) {
        Mono.defer(() -> call.apply(together.stream().map(Waiting::item).toList()))
                // Before the answers are given out: what is made of them need not hold up the next call.
                .doOnTerminate(() -> {
                    calls.release();
                    send();
                })
                .subscribe(
                        results -> {
                            for (int i = 0; i < together.size(); i++) {
                                together.get(i).sink().success(results.get(i));
                            }
                        },
                        failure -> together.forEach(one -> one.sink().error(failure)));
    }

    private record Waiting<I, O>(I item, MonoSink<O> sink) {}
}
