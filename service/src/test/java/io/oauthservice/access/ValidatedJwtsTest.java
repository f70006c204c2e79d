package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ValidatedJwtsTest {

    private static final Caller INDEXER = SampleCallers.caller("idp/indexer", Set.of(), null, false);

    private final AtomicLong nanos = new AtomicLong();
    private final ValidatedJwts validated = new ValidatedJwts(nanos::get);

    @Test
    void aCallerIsCachedForAMinute() {
        validated.put("hash", INDEXER, Duration.ofHours(1));

        pass(Duration.ofSeconds(59));
        assertThat(validated.find("hash")).isEqualTo(INDEXER);
        pass(Duration.ofSeconds(1));
        assertThat(validated.find("hash")).isNull();
    }

    @Test
    void readsDoNotExtendTheLifetime() {
        validated.put("hash", INDEXER, Duration.ofHours(1));

        for (int second = 0; second < 60; second++) {
            validated.find("hash");
            pass(Duration.ofSeconds(1));
        }

        assertThat(validated.find("hash")).isNull();
    }

    @Test
    void noCallerIsCachedBeyondTheExpiryOfItsToken() {
        validated.put("short", INDEXER, Duration.ofSeconds(5));
        validated.put("over", INDEXER, Duration.ZERO);

        assertThat(validated.find("over")).isNull();
        pass(Duration.ofSeconds(5));
        assertThat(validated.find("short")).isNull();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
