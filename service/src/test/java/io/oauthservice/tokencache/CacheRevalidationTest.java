package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.HotReads;
import io.oauthservice.ServiceStory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Kept answers are confirmed in their readers' place, and only what is still as it was. */
@TestPropertySource(properties = {"oauth.tokens.cache-size=100", "oauth.tokens.confirm-every=4s"})
class CacheRevalidationTest extends ServiceStory {

    private static final Duration A_MOMENT = Duration.ofMillis(100);

    @Autowired
    private MeterRegistry meters;

    @Test
    void whoAsksAllTheTimeNeverWaitsForTheDatabase() {
        connect(ACME);
        service.token(ACME);
        double before = fromMemory();
        AtomicInteger reads = new AtomicInteger();

        Awaitility.await().pollInterval(A_MOMENT).during(Duration.ofSeconds(6)).until(() -> {
            reads.incrementAndGet();
            return service.token(ACME).status() == 200;
        });

        assertThat(fromMemory() - before).isEqualTo(reads.get());
    }

    @Test
    void whatChangedUnheardIsNotConfirmed() {
        String id = connect(ACME);
        service.token(ACME);

        rows.change(
                "UPDATE oauth_installations SET status = 'suspended', sequence = sequence + 1 WHERE id = :id::uuid",
                Map.of("id", id));

        Awaitility.await()
                .pollInterval(A_MOMENT)
                .atMost(Duration.ofSeconds(8))
                .until(() -> service.token(ACME).status() == 409);
    }

    private double fromMemory() {
        return HotReads.count(meters);
    }
}
