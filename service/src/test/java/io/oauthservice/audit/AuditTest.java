package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.LogCapture;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What the audit says about reads, changes, denials and operations. */
class AuditTest extends AuditTestBase {

    @Test
    void readsOfATokenAreOneEntryWithTheirNumber() {
        String id = connect(ACME);
        String fingerprint = service.token(ACME).text("fingerprint");
        service.get("/oauth/token/github?installation_id=" + id);

        awaitCount("action=token.read", 3);
        Map<String, Object> read = entry("action=token.read");
        assertThat(read)
                .containsEntry("actor", "local-dev")
                .containsEntry("platform", "github")
                .containsEntry("installation_id", id)
                .containsEntry("org_id", ACME)
                .containsEntry("fingerprint", fingerprint)
                .containsEntry("source", "127.0.0.0/24");
        assertThat(detail(read)).containsEntry("not_modified", 0).containsKeys("first_at", "last_at");
        assertThat(Instant.parse(String.valueOf(read.get("at"))).getEpochSecond() % 3600)
                .isZero();
    }

    @Test
    void responsesWithoutTheTokenAreCountedApart() {
        connect(ACME);
        String etag = Objects.requireNonNull(service.token(ACME).headers().getETag());
        assertThat(service.get("/oauth/token/github?org_id=" + ACME, "If-None-Match", etag)
                        .status())
                .isEqualTo(304);

        await().atMost(SOON).untilAsserted(() -> {
            Map<String, Object> read = entry("action=token.read");
            assertThat(read).containsEntry("count", 2);
            assertThat(detail(read)).containsEntry("not_modified", 1);
        });
    }

    @Test
    void eachCallerAndEachTokenHasAnEntryOfItsOwn() {
        String id = connect(ACME);
        as("acme-only-key").token(ACME);
        service.get("/oauth/token/github?org_id=" + ACME + "&repositories=web");
        rows.leaveTokenOnly(id, Duration.ofSeconds(1));
        service.token(ACME);

        await().atMost(SOON).until(() -> entries("action=token.read").size() == 4);
        assertThat(entries("action=token.read&actor=acme-only")).hasSize(1);
        assertThat(entries("action=token.read&installation_id=" + id)).hasSize(4);
    }

    @Test
    void everyChangeIsRecordedWithItsActor() {
        gitHub.sendWebhooks();
        String id = connect(ACME);
        rows.leaveTokenOnly(id, Duration.ofSeconds(1));
        String refreshed = service.token(ACME).text("fingerprint");
        String external = atGitHub(id);
        gitHub.suspend(external);
        awaitEntry(id, "installation.suspended");
        gitHub.unsuspend(external);
        awaitEntry(id, "installation.resumed");
        service.delete("/oauth/installations/" + id);

        assertThat(entry("action=installation.created"))
                .containsEntry("actor", "browser")
                .containsEntry("installation_id", id)
                .containsEntry("org_id", ACME)
                .containsEntry("source", "127.0.0.0/24")
                .containsEntry("count", 1);
        assertThat(entry("action=token.refreshed&fingerprint=" + refreshed)).containsEntry("actor", "service");
        assertThat(entry("action=installation.suspended")).containsEntry("actor", "webhook");
        Map<String, Object> revoked = entry("action=installation.revoked");
        assertThat(revoked).containsEntry("actor", "local-dev");
        assertThat(detail(revoked)).containsEntry("cause", "by_us").containsEntry("status", "revoked");
    }

    private void awaitEntry(String id, String action) {
        await(action)
                .atMost(SOON)
                .until(() ->
                        !entries("installation_id=" + id + "&action=" + action).isEmpty());
    }

    @Test
    void aClaimIsRecordedWithItsInstallation() {
        gitHub.sendWebhooks();
        gitHub.install(9001);
        Map<String, Object> found = entry("action=installation.unclaimed");
        assertThat(found).containsEntry("actor", "webhook");

        service.post("/oauth/installations/" + found.get("installation_id") + "/claim");

        assertThat(entry("action=installation.claimed"))
                .containsEntry("actor", "local-dev")
                .containsEntry("installation_id", found.get("installation_id"));
    }

    @Test
    void aFlowIsRecordedWhenItBegins() {
        URI install = URI.create(base + "/oauth/install/github");
        service.get(install);
        Answer browser = Service.withoutKey(http).get(install);

        assertThat(browser.status()).isEqualTo(302);
        assertThat(entry("action=installation.started&actor=local-dev")).containsEntry("platform", "github");
        assertThat(entry("action=installation.started&actor=browser")).containsEntry("platform", "github");
    }

    @Test
    void whatIdentifiedCallersAreDeniedIsCounted() {
        as("lister-key").token(ACME);
        as("lister-key").token(GLOBEX);
        as("wrong-key").token(ACME);
        Service.withoutKey(http).get("/oauth/audit");

        // What other tests were denied may still be stored.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(entries("action=access.denied"))
                        .filteredOn(denied -> "GET /oauth/token/{platform}"
                                .equals(detail(denied).get("reason")))
                        .singleElement(InstanceOfAssertFactories.map(String.class, Object.class))
                        .containsEntry("actor", "lister")
                        .containsEntry("count", 2));
    }

    @Test
    void rejectedWebhooksAreCountedWithoutWhatTheSenderChose() {
        Map<String, String> forged = Map.of("X-Hub-Signature-256", "sha256=00", "X-GitHub-Event", "mischief");
        service.webhook("github", forged, "{\"mischief\":1}");
        service.webhook("github", forged, "{\"mischief\":2}");

        awaitCount("action=webhook.rejected", 2);
        Map<String, Object> rejected = entry("action=webhook.rejected");
        assertThat(rejected).containsEntry("actor", null).containsEntry("platform", "github");
        assertThat(detail(rejected)).containsEntry("reason", "signature");
        assertThat(rejected.toString()).doesNotContain("mischief");
    }

    @Test
    void operationsAreRecorded() {
        service.post("/oauth/operations/rewrap");
        service.post("/oauth/operations/release", "{\"all\":true}");
        service.post("/oauth/operations/replay", "{\"from\":\"2026-01-01T00:00:00Z\"}");

        for (String operation : List.of("rewrap", "release", "replay")) {
            assertThat(entry("action=operation." + operation)).containsEntry("actor", "local-dev");
        }
    }

    @Test
    void theLastUseIsShownByTheHourInTheListAndExactlyInDetail() {
        String id = connect(ACME);
        as("acme-only-key").token(ACME);
        awaitCount("action=token.read&actor=acme-only", 1);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(String.valueOf(
                                service.installations().getFirst().get("last_used_at")))
                        .endsWith(":00:00Z"));
        Answer detail = service.get("/oauth/installations/" + id);
        assertThat(detail.text("last_used_by")).isIn("local-dev", "acme-only");
        Instant exact = Instant.parse(detail.text("last_used_at"));
        assertThat(Duration.between(exact, Instant.now())).isBetween(Duration.ofSeconds(-5), SOON);
    }

    @Test
    void anInstallationThatWasNeverUsedHasNoLastUse() {
        String id = rows.insert("github", GLOBEX, "Globex", "active");

        assertThat(service.get("/oauth/installations/" + id).body()).containsEntry("last_used_at", null);
    }

    @Test
    void entriesAreLogged() {
        try (LogCapture log = LogCapture.start()) {
            String id = connect(ACME);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(log.text().lines())
                            .anyMatch(line ->
                                    line.startsWith("INFO audit.reads Audit entry: entry={\"action\":\"token.read\"")
                                            && line.contains(id))
                            .anyMatch(line -> line.startsWith(
                                            "INFO audit Audit entry: entry={\"action\":\"installation.created\"")
                                    && line.contains(id)));
        }
    }
}
