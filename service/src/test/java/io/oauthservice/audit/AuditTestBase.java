package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.background.BackgroundLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** The audit of the running service, which begins empty. */
abstract class AuditTestBase extends ServiceTestBase {

    static final Duration SOON = Duration.ofSeconds(20);

    @Autowired
    private Map<String, BackgroundLoop> loops;

    @BeforeEach
    void stopCleaningAndDeleteEntries() {
        cleaning().stop();
        rows.change("DELETE FROM oauth_audit", Map.of());
        rows.change("DELETE FROM oauth_installation_usage", Map.of());
        rows.change("DELETE FROM oauth_audit_erasures", Map.of());
    }

    @AfterEach
    void startCleaning() {
        cleaning().start();
    }

    private BackgroundLoop cleaning() {
        return Objects.requireNonNull(loops.get("auditCleaningLoop"));
    }

    Service as(String key) {
        return new Service(http, key);
    }

    List<Map<String, Object>> entries(String query) {
        return entries(service.get("/oauth/audit?" + query));
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> entries(Answer page) {
        assertThat(page.status()).as(page.body().toString()).isEqualTo(200);
        return (List<Map<String, Object>>) Objects.requireNonNull(page.body().get("entries"));
    }

    /** The only entry that the query finds, as soon as there is one. */
    Map<String, Object> entry(String query) {
        await(query).atMost(SOON).until(() -> !entries(query).isEmpty());
        List<Map<String, Object>> found = entries(query);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    /** Once all counts of the service are stored. */
    void awaitCount(String query, int count) {
        await(query).atMost(SOON).untilAsserted(() -> assertThat(entry(query)).containsEntry("count", count));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> detail(Map<String, Object> entry) {
        return (Map<String, Object>) Objects.requireNonNull(entry.get("detail"));
    }
}
