package io.oauthservice.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class BatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<List<Integer>> calls = new ArrayList<>();
    private final List<Sinks.One<List<String>>> results = new ArrayList<>();
    private final Batcher<Integer, String> batcher =
            new Batcher<>(1, this::call, () -> new IllegalStateException("overload"));

    @Test
    void aRequestIsSentImmediatelyAndLaterOnesTogether() {
        var first = batcher.submit(1).toFuture();
        var second = batcher.submit(2).toFuture();
        var third = batcher.submit(3).toFuture();
        assertThat(calls).containsExactly(List.of(1));

        results.get(0).tryEmitValue(List.of("one"));
        assertThat(calls).containsExactly(List.of(1), List.of(2, 3));
        assertThat(List.of(second, third)).noneMatch(CompletableFuture::isDone);
        results.get(1).tryEmitValue(List.of("two", "three"));

        assertThat(List.of(first.join(), second.join(), third.join())).containsExactly("one", "two", "three");
    }

    @Test
    void aFailedCallFailsItsRequestsAndNoOthers() {
        var first = batcher.submit(1).toFuture();
        var second = batcher.submit(2).toFuture();

        results.get(0).tryEmitError(new IllegalStateException("failed"));
        results.get(1).tryEmitValue(List.of("two"));

        assertThat(first).isCompletedExceptionally();
        assertThat(second.join()).isEqualTo("two");
    }

    @Test
    void aCallWithoutResultsFailsItsRequests() {
        var first = batcher.submit(1).toFuture();

        results.get(0).tryEmitEmpty();

        assertThat(first).isCompletedExceptionally();
    }

    @Test
    void aCancelledRequestCancelsNoOthers() {
        batcher.submit(1).subscribe().dispose();
        batcher.submit(2).subscribe().dispose();
        var third = batcher.submit(3).toFuture();

        results.get(0).tryEmitValue(List.of("one"));
        results.get(1).tryEmitValue(List.of("two", "three"));

        assertThat(third.join()).isEqualTo("three");
    }

    @Test
    void tooManyWaitingRequestsAreRejected() {
        batcher.submit(0).subscribe();
        IntStream.range(0, 10_000).forEach(i -> batcher.submit(i).subscribe());

        StepVerifier.create(batcher.submit(1)).verifyErrorMessage("overload");
    }

    @Test
    void everyRequestGetsItsOwnResultInAnyInterleaving() {
        Batcher<Integer, Integer> concurrent = new Batcher<>(
                2,
                batch -> Mono.fromSupplier(
                        () -> batch.stream().map(value -> -value).toList()),
                () -> new IllegalStateException("overload"));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<CompletableFuture<Void>> callers = IntStream.range(0, 4)
                    .mapToObj(caller -> CompletableFuture.runAsync(
                            () -> IntStream.range(caller * 5_000, (caller + 1) * 5_000)
                                    .forEach(value -> assertThat(
                                                    concurrent.submit(value).block(PATIENCE))
                                            .isEqualTo(-value)),
                            threads))
                    .toList();
            callers.forEach(CompletableFuture::join);
        }
    }

    private Mono<List<String>> call(List<Integer> requests) {
        Sinks.One<List<String>> result = Sinks.one();
        calls.add(requests);
        results.add(result);
        return result.asMono();
    }
}
