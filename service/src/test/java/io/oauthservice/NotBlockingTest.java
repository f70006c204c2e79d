package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class NotBlockingTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void aBlockingCallOnAnEventLoopFailsTheTest() {
        Mono<Void> blocking = Mono.<Void>fromCallable(() -> {
                    Thread.sleep(1);
                    return null;
                })
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> blocking.block(LIMIT)).hasRootCauseInstanceOf(BlockingOperationError.class);
    }
}
