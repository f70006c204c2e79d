package io.oauthservice.tokencache;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.ServiceTestBase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Cached responses in use are revalidated ahead of their readers, and only if their grant is unchanged. */
@TestPropertySource(properties = {"oauth.tokens.cache-size=100", "oauth.tokens.revalidate-every=4s"})
class CacheRevalidationTest extends ServiceTestBase {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    @Autowired
    private MeterRegistry meters;

    @Test
    void aTokenInUseIsAlwaysServedFromTheCache() {
        connect(ACME);
        service.token(ACME);
        double before = cachedReads();
        AtomicInteger reads = new AtomicInteger();

        Awaitility.await()
                .pollInterval(POLL_INTERVAL)
                .during(Duration.ofSeconds(6))
                .until(() -> {
                    reads.incrementAndGet();
                    return service.token(ACME).status() == 200;
                });

        assertThat(cachedReads() - before).isEqualTo(reads.get());
    }

    @Test
    void aResponseWhoseGrantChangedWithoutNotificationIsNotRevalidated() {
        String id = connect(ACME);
        service.token(ACME);

        rows.change(
                "UPDATE oauth_installations SET status = 'suspended', sequence = sequence + 1 WHERE id = :id::uuid",
                Map.of("id", id));

        Awaitility.await()
                .pollInterval(POLL_INTERVAL)
                .atMost(Duration.ofSeconds(8))
                .until(() -> service.token(ACME).status() == 409);
    }

    private double cachedReads() {
        return CachedReads.count(meters);
    }
}
