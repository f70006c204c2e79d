package io.oauthservice.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class SingleFlightTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SingleFlight<String, Integer> flights = new SingleFlight<>();
    private final AtomicInteger executions = new AtomicInteger();

    @Test
    void equalRequestsShareOneExecutionAndOthersDoNot() {
        Sinks.One<Integer> result = Sinks.one();

        var first = flights.join("a", () -> execution(result)).toFuture();
        var second = flights.join("a", () -> execution(result)).toFuture();
        assertThat(executions).hasValue(1);
        var other = flights.join("b", () -> execution(result)).toFuture();
        assertThat(executions).hasValue(2);
        result.tryEmitValue(42);

        assertThat(List.of(first, second, other))
                .allSatisfy(one -> assertThat(one.join()).isEqualTo(42));
    }

    @Test
    void nothingIsExecutedBeforeThereIsASubscriber() {
        flights.join("a", () -> execution(Sinks.one()));

        assertThat(executions).hasValue(0);
    }

    @Test
    void aCallerThatCancelsCancelsNothing() {
        Sinks.One<Integer> result = Sinks.one();
        Disposable first = flights.join("a", () -> execution(result)).subscribe();
        var second = flights.join("a", () -> execution(result)).toFuture();

        first.dispose();
        second.cancel(true);
        var third = flights.join("a", () -> execution(result)).toFuture();
        result.tryEmitValue(42);

        assertThat(third.join()).isEqualTo(42);
        assertThat(executions).hasValue(1);
    }

    @Test
    void anExecutionWithoutCallersRunsToItsEnd() {
        Sinks.One<Integer> result = Sinks.one();
        AtomicInteger ended = new AtomicInteger();
        flights.join("a", () -> execution(result).doOnNext(ended::set))
                .subscribe()
                .dispose();

        result.tryEmitValue(42);

        assertThat(ended).hasValue(42);
    }

    @Test
    void aFailureIsSharedAndForgotten() {
        Sinks.One<Integer> result = Sinks.one();
        var first = flights.join("a", () -> execution(result)).toFuture();
        var second = flights.join("a", () -> execution(result)).toFuture();

        result.tryEmitError(new IllegalStateException("failed"));

        assertThat(List.of(first, second)).allSatisfy(one -> assertThat(one).isCompletedExceptionally());
        StepVerifier.create(flights.join("a", () -> Mono.just(1))).expectNext(1).verifyComplete();
    }

    @Test
    void anExecutionThatCannotBeginFailsItsCallersAndIsForgotten() {
        StepVerifier.create(flights.join("a", () -> {
                    throw new IllegalStateException("not begun");
                }))
                .verifyErrorMessage("not begun");

        StepVerifier.create(flights.join("a", () -> Mono.just(1))).expectNext(1).verifyComplete();
    }

    @Test
    void emptinessIsShared() {
        Sinks.One<Integer> result = Sinks.one();
        var first = flights.join("a", () -> execution(result)).toFuture();
        var second = flights.join("a", () -> execution(result)).toFuture();

        result.tryEmitEmpty();

        assertThat(List.of(first, second))
                .allSatisfy(one -> assertThat(one.join()).isNull());
        assertThat(executions).hasValue(1);
    }

    @Test
    void aRequestThatFollowsAResultStartsANewExecution() {
        Mono<Integer> twice = flights.join("a", () -> Mono.fromSupplier(executions::incrementAndGet))
                .flatMap(first -> flights.join("a", () -> Mono.fromSupplier(executions::incrementAndGet)));

        StepVerifier.create(twice).expectNext(2).verifyComplete();
    }

    @Test
    void anExecutionThatMustStartRunsBesideTheOneInFlight() {
        Sinks.One<Integer> joinable = Sinks.one();
        Sinks.One<Integer> own = Sinks.one();
        var first = flights.join("a", () -> execution(joinable)).toFuture();

        var started = flights.start("a", () -> execution(own)).toFuture();
        var second = flights.join("a", () -> execution(own)).toFuture();
        own.tryEmitValue(1);

        assertThat(started.join()).isEqualTo(1);
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
        joinable.tryEmitValue(2);
        assertThat(List.of(first.join(), second.join())).containsOnly(2);
        assertThat(executions).hasValue(2);
    }

    @Test
    void anExecutionThatMustStartIsJoinedWhereItIsAlone() {
        Sinks.One<Integer> result = Sinks.one();
        var started = flights.start("a", () -> execution(result)).toFuture();
        var joined = flights.join("a", () -> execution(result)).toFuture();

        result.tryEmitValue(42);

        assertThat(List.of(started.join(), joined.join())).containsOnly(42);
        assertThat(executions).hasValue(1);
    }

    @Test
    void allExecutionsInFlightCanBeWaitedFor() {
        Sinks.One<Integer> failing = Sinks.one();
        Sinks.One<Integer> cancelled = Sinks.one();
        var failed = flights.join("a", () -> execution(failing)).toFuture();
        flights.start("a", () -> execution(cancelled)).subscribe().dispose();
        var ended = flights.whenEnded().toFuture();

        failing.tryEmitError(new IllegalStateException("failed"));
        assertThat(failed).isCompletedExceptionally();
        assertThat(ended).isNotDone();
        cancelled.tryEmitEmpty();

        assertThat(ended).isCompleted();
        StepVerifier.create(flights.whenEnded()).verifyComplete();
    }

    /** A request that follows the end of an execution gets the result of a later one, in any interleaving. */
    @Test
    void noCallerGetsAResultFromBeforeItAsked() throws Exception {
        AtomicInteger latest = new AtomicInteger();
        AtomicInteger inFlight = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<CompletableFuture<Void>> callers = IntStream.range(0, 4)
                    .mapToObj(caller -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 5_000; i++) {
                                    int asked = latest.incrementAndGet();
                                    boolean cancels = i % 7 == caller;
                                    Mono<Integer> read = flights.join(
                                            "a",
                                            () -> Mono.fromSupplier(() -> {
                                                assertThat(inFlight.incrementAndGet())
                                                        .isEqualTo(1);
                                                int seen = latest.get();
                                                inFlight.decrementAndGet();
                                                return seen;
                                            }));
                                    if (cancels) {
                                        read.subscribe().dispose();
                                    } else {
                                        // The first result may be of an execution that began before this caller asked.
                                        Mono<Integer> current =
                                                read.flatMap(seen -> seen >= asked ? Mono.just(seen) : read);
                                        assertThat(current.block(PATIENCE)).isGreaterThanOrEqualTo(asked);
                                    }
                                }
                            },
                            threads))
                    .toList();
            callers.forEach(CompletableFuture::join);
        }
    }

    private Mono<Integer> execution(Sinks.One<Integer> result) {
        executions.incrementAndGet();
        return result.asMono();
    }
}
