package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The erasure of an actor. */
class ErasureTest extends AuditTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Autowired
    private Erasures erasures;

    private Answer erase(String actor) {
        return service.post("/oauth/operations/erase", "{\"actor\":\"" + actor + "\"}");
    }

    private String count(String table, String column, String value) {
        return rows.value("SELECT count(*) FROM " + table + " WHERE " + column + " = :value", Map.of("value", value));
    }

    @Test
    void theNameIsReplacedEverywhere() {
        String id = connect(ACME);
        as("acme-only-key").token(ACME);
        awaitCount("action=token.read&actor=acme-only", 1);
        rows.change("UPDATE oauth_installation_usage SET last_used_by = 'acme-only'", Map.of());
        rows.change("UPDATE oauth_installations SET installed_by = 'acme-only' WHERE id = :id::uuid", Map.of("id", id));

        Answer answer = erase("acme-only");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo(Map.of("entries", 1));
        assertThat(entries("actor=acme-only")).isEmpty();
        assertThat(count("oauth_installation_usage", "last_used_by", "acme-only"))
                .isEqualTo("0");
        assertThat(rows.column(id, "installed_by")).startsWith("erased-");
        assertThat(entry("action=operation.erase")).containsEntry("actor", "local-dev");
        assertThat(entry("action=operation.erase").toString()).doesNotContain("acme-only");
    }

    @Test
    void countsThatAnotherReplicaStoresLaterAreErasedAsWell() {
        insertReads("anna", 1);
        erase("anna");
        insertReads("anna", 1);

        erasures.eraseNext().block(LIMIT);

        assertThat(count("oauth_audit", "actor", "anna")).isEqualTo("0");
        assertThat(entries("action=token.read")).hasSize(2);
    }

    @Test
    void aRequestIsForgottenWhenNoReplicaCanStoreTheNameAnyMore() {
        erase("anna");
        erasures.eraseNext().block(LIMIT);
        assertThat(count("oauth_audit_erasures", "actor", "anna")).isEqualTo("1");

        rows.change("UPDATE oauth_audit_erasures SET requested_at = requested_at - INTERVAL '1 hour'", Map.of());
        erasures.eraseNext().block(LIMIT);

        assertThat(count("oauth_audit_erasures", "actor", "anna")).isEqualTo("0");
    }

    @Test
    void moreEntriesThanABatchAreErasedInTheBackground() {
        insertReads("anna", 25_000);

        assertThat(erase("anna").body()).isEqualTo(Map.of("entries", 25_000));

        assertThat(count("oauth_audit", "actor", "anna")).isEqualTo("15000");
        await().atMost(LIMIT)
                .until(() -> !Boolean.TRUE.equals(erasures.eraseNext().block(LIMIT)));
        assertThat(count("oauth_audit", "actor", "anna")).isEqualTo("0");
    }

    /** In one hour, of one installation. */
    private void insertReads(String actor, int count) {
        rows.change("""
                INSERT INTO oauth_audit (at, action, actor, fingerprint, counted, not_modified, first_at, last_at)
                SELECT date_trunc('hour', clock_timestamp(), 'UTC'), 'token.read', :actor, 'sha256:' || g, true, 0,
                    clock_timestamp(), clock_timestamp()
                FROM generate_series(1, :count) g
                """, Map.of("actor", actor, "count", count));
    }

    @Test
    void anErasureNeedsItsPermissionAndNoLimit() {
        String order = "{\"actor\":\"anna\"}";

        assertThat(as("acme-only-key").post("/oauth/operations/erase", order).status())
                .isEqualTo(403);
        assertThat(as("lister-key").post("/oauth/operations/erase", order).status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"actor\":\"\"}",
                "{\"actor\":\"service\"}",
                "{\"actor\":\"browser\"}",
                "{\"actor\":\"erased-00000000\"}",
                "{\"actor\":1}",
                "{\"actor\":\"anna\",\"all\":true}",
                "{\"actor\":\"anna\",\"actor\":\"bob\"}"
            })
    void anInvalidRequestIsRejected(String order) {
        assertThat(service.post("/oauth/operations/erase", order).status()).isEqualTo(400);
        assertThat(rows.value("SELECT count(*) FROM oauth_audit_erasures", Map.of()))
                .isEqualTo("0");
    }
}
