package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedCallersTest {

    private static final Caller INDEXER = new Caller("idp/indexer", Set.of(), null, false);

    private final AtomicLong nanos = new AtomicLong();
    private final RememberedCallers remembered = new RememberedCallers(nanos::get);

    @Test
    void aCallerIsRememberedForAMinute() {
        remembered.keep("hash", INDEXER, Duration.ofHours(1));

        pass(Duration.ofSeconds(59));
        assertThat(remembered.find("hash")).isEqualTo(INDEXER);
        pass(Duration.ofSeconds(1));
        assertThat(remembered.find("hash")).isNull();
    }

    @Test
    void readingDoesNotProlongIt() {
        remembered.keep("hash", INDEXER, Duration.ofHours(1));

        for (int second = 0; second < 60; second++) {
            remembered.find("hash");
            pass(Duration.ofSeconds(1));
        }

        assertThat(remembered.find("hash")).isNull();
    }

    @Test
    void nobodyIsRememberedBeyondTheTokensEnd() {
        remembered.keep("short", INDEXER, Duration.ofSeconds(5));
        remembered.keep("over", INDEXER, Duration.ZERO);

        assertThat(remembered.find("over")).isNull();
        pass(Duration.ofSeconds(5));
        assertThat(remembered.find("short")).isNull();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
