package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.Service;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Reads that the fast path serves are counted as all others. */
@TestPropertySource(properties = "oauth.tokens.cache-size=1000")
class AuditFastPathTest extends AuditTestBase {

    private static final String NARROWED = "&repositories=web&permissions=contents:read";

    @Autowired
    private MeterRegistry meters;

    @Test
    void readsOfBothPathsAreOneEntry() {
        connect(ACME);
        String etag = Objects.requireNonNull(service.token(ACME).headers().getETag());

        assertThat(CachedReads.isServedFromCache(meters, () -> service.token(ACME)))
                .isTrue();
        assertThat(CachedReads.isServedFromCache(
                        meters, () -> service.get("/oauth/token/github?org_id=" + ACME, "If-None-Match", etag)))
                .isTrue();

        await().atMost(SOON).untilAsserted(() -> {
            Map<String, Object> read = entry("action=token.read");
            assertThat(read).containsEntry("count", 3).containsEntry("source", "127.0.0.0/24");
            assertThat(detail(read)).containsEntry("not_modified", 1);
        });
    }

    @Test
    void narrowedTokensAreCountedByTheirOwnFingerprint() {
        connect(ACME);
        String fingerprint = service.token(ACME + NARROWED).text("fingerprint");
        AtomicInteger reads = new AtomicInteger(1);
        // The notification of the connect may still arrive, and evict what was issued meanwhile.
        await().atMost(SOON)
                .until(() -> CachedReads.isServedFromCache(meters, () -> {
                    if (service.token(ACME + NARROWED).text("fingerprint").equals(fingerprint)) {
                        reads.incrementAndGet();
                    }
                }));

        awaitCount("action=token.read&fingerprint=" + fingerprint, reads.get());
    }

    @Test
    void anEvictionLosesNoRead() {
        String id = connect(ACME);
        Service limited = as("acme-only-key");
        limited.token(ACME);
        limited.token(ACME);

        service.delete("/oauth/installations/" + id);

        assertThat(limited.token(ACME).status()).isNotEqualTo(200);
        awaitCount("action=token.read&actor=acme-only", 2);
    }
}
