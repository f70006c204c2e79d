package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.access.Caller;
import io.oauthservice.access.SampleCallers;
import io.oauthservice.changefeed.ChangeFeed;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;

/** The list from memory: served while it is known to be current, evicted by what changes it, and by nothing else. */
@TestPropertySource(properties = "oauth.list.cache-size=1MB")
class ListCacheTest extends ServiceTestBase {

    private static final String LIST = "/oauth/installations";
    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Caller EVERYBODY = SampleCallers.caller("a test", Set.of("installations:read"), null, false);

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private ListCache lists;

    @Autowired
    private ChangeFeed feed;

    @BeforeEach
    void awaitChangeFeed() {
        await().atMost(SOON).until(feed::isCurrent);
    }

    private double servedFromMemory() {
        return meters.get("oauth.list.reads.cached").timer().count();
    }

    /** Reads until the response comes from memory: the changes that prepared the test may still arrive. */
    private void cache(String address) {
        await().atMost(SOON).until(() -> {
            service.get(URI.create(base + address));
            return lists.find(EVERYBODY, address) != null;
        });
    }

    private String names(String address) {
        return String.valueOf(service.get(URI.create(base + address)).body().get("installations"));
    }

    @Test
    void aPageIsServedFromMemoryWithTheSameHeadersUntilARowChanges() {
        rows.insert("github", "1", "one", "active");
        Answer read = service.get(LIST, "Cache-Control", "no-cache");
        cache(LIST);
        double before = servedFromMemory();

        Answer cached = service.get(LIST);
        Answer known =
                service.get(LIST, "If-None-Match", String.valueOf(read.headers().getETag()));

        assertThat(servedFromMemory() - before).isEqualTo(2);
        assertThat(cached.body()).isEqualTo(read.body());
        assertThat(cached.headers().headerSet().stream()
                        .filter(header -> !header.getKey().equals("Date")))
                .containsExactlyInAnyOrderElementsOf(read.headers().headerSet().stream()
                        .filter(header -> !header.getKey().equals("Date"))
                        .toList());
        assertThat(known.status()).isEqualTo(304);

        rows.change("UPDATE oauth_installation_orgs SET name = 'two'", Map.of());

        await().atMost(WITHIN).untilAsserted(() -> assertThat(names(LIST)).contains("two"));
        assertThat(service.get(
                                LIST,
                                "If-None-Match",
                                String.valueOf(read.headers().getETag()))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void everyVisibleChangeEvictsAndALeaseDoesNot() {
        String id = rows.insert("github", "1", "one", "active");
        for (String change : List.of(
                "UPDATE oauth_installations SET token_version = token_version + 1 WHERE id = :id::uuid",
                "UPDATE oauth_installations SET permissions = '{\"contents\":\"read\"}' WHERE id = :id::uuid",
                "UPDATE oauth_installations SET scopes = '{repo}' WHERE id = :id::uuid",
                "UPDATE oauth_installations SET grant_expires_at = clock_timestamp() WHERE id = :id::uuid",
                "UPDATE oauth_installations SET status_reason = 'by_provider' WHERE id = :id::uuid",
                "UPDATE oauth_installations SET installed_by = 'somebody' WHERE id = :id::uuid",
                "INSERT INTO oauth_installation_usage VALUES (:id::uuid, date_trunc('hour', now()), 'somebody')",
                "UPDATE oauth_installation_usage SET last_used_by = 'another' WHERE installation_id = :id::uuid",
                "UPDATE oauth_installations SET labels = '{\"team\":\"search\"}' WHERE id = :id::uuid",
                "UPDATE oauth_installations SET status = 'suspended' WHERE id = :id::uuid",
                "UPDATE oauth_installation_orgs SET url = 'https://one.example' WHERE installation_id = :id::uuid",
                "DELETE FROM oauth_installation_orgs WHERE installation_id = :id::uuid",
                "DELETE FROM oauth_installations WHERE id = :id::uuid")) {
            cache(LIST + "?status=all");
            rows.change(change, Map.of("id", id));
            await().alias(change).atMost(WITHIN).until(() -> lists.find(EVERYBODY, LIST + "?status=all") == null);
        }

        String other = rows.insert("github", "1", "one", "active");
        cache(LIST);
        CachedList page = lists.find(EVERYBODY, LIST);
        rows.backOff(other, Duration.ofSeconds(1));
        awaitABeat();
        assertThat(lists.find(EVERYBODY, LIST)).isNotNull().isSameAs(page);
    }

    /** Everything that was committed before has arrived then. */
    private void awaitABeat() {
        long last = Long.parseLong(rows.value("SELECT pg_current_xact_id()", Map.of()));
        await().atMost(SOON)
                .until(() -> feed.position()
                        .filter(position -> position.transaction() > last)
                        .isPresent());
    }

    @Test
    void newTokensEvictOnlyThePagesWithTheirInstallation() {
        String gitHub = rows.insert("github", "1", "one", "active");
        rows.insert("slack", "2", "two", "active");
        cache(LIST + "?platform=github");
        cache(LIST + "?platform=slack");
        cache(LIST + "/summary");

        rows.change("UPDATE oauth_installations SET token_version = 7 WHERE id = :id::uuid", Map.of("id", gitHub));

        await().atMost(WITHIN).until(() -> lists.find(EVERYBODY, LIST + "?platform=github") == null);
        assertThat(lists.find(EVERYBODY, LIST + "?platform=slack")).isNotNull();
        assertThat(lists.find(EVERYBODY, LIST + "/summary")).isNotNull();
    }

    @Test
    void aCallerGetsThePageOfItsOwnOrganisations() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        cache(LIST);
        Service limited = new Service(http, "acme-only-key");
        String etag = String.valueOf(service.get(LIST).headers().getETag());

        for (int read = 0; read < 3; read++) {
            Answer own = limited.get(LIST, "If-None-Match", etag);
            assertThat(own.status()).isEqualTo(200);
            assertThat(own.text("installations")).contains("acme").doesNotContain("globex");
        }
        assertThat(new Service(http, "github-reader-key").get(LIST).status())
                .as("without the permission")
                .isEqualTo(403);
    }

    @Test
    void aRequestForTheLatestStateReadsTheDatabase() {
        rows.insert("github", "1", "one", "active");
        cache(LIST);

        for (int i = 0; i < 20; i++) {
            rows.change("UPDATE oauth_installation_orgs SET name = :name", Map.of("name", "name" + i));
            assertThat(service.get(LIST, "Cache-Control", "no-cache").text("installations"))
                    .contains("name" + i);
        }
    }

    @Test
    void anOwnChangeIsVisibleImmediately() {
        cache(LIST);
        connect(ACME);
        assertThat(names(LIST)).contains("acme");

        connect(GLOBEX);
        cache(LIST);
        service.delete("/oauth/installations/" + service.token(GLOBEX).text("installation_id"));
        assertThat(names(LIST)).contains("acme").doesNotContain("globex");
    }

    @Test
    void anOwnLabelIsInTheListsThatSelectItImmediately() {
        String id = rows.insert("github", "1", "one", "active");
        cache(LIST + "?label=team");

        service.patch("/oauth/installations/" + id, MediaType.APPLICATION_JSON, "{\"labels\":{\"team\":\"search\"}}");

        assertThat(names(LIST + "?label=team")).contains(id);
    }

    @Test
    void nothingIsServedFromMemoryWhileNotificationsMayBeMissed() {
        rows.insert("github", "1", "one", "active");
        cache(LIST);

        rows.change("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%oauth_changes_beats%' AND pid <> pg_backend_pid()
                """, Map.of());
        rows.change("UPDATE oauth_installation_orgs SET name = 'two'", Map.of());

        await().atMost(WITHIN).untilAsserted(() -> assertThat(names(LIST)).contains("two"));
        await().atMost(SOON).until(feed::isCurrent);
        cache(LIST);
    }

    @Test
    void theSummaryCountsByPlatformAndStatus() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        String broken = rows.insert("github", "3", "three", "active");
        rows.insert("slack", "4", "four", "revoked");
        rows.change(
                "UPDATE oauth_installations SET status = 'needs_reconnect' WHERE id = :id::uuid", Map.of("id", broken));

        Answer all = service.get(LIST + "/summary", "Cache-Control", "no-cache");
        Answer limited = new Service(http, "acme-only-key").get(LIST + "/summary", "Cache-Control", "no-cache");

        assertThat(all.body())
                .isEqualTo(Map.of(
                        "platforms",
                        List.of(
                                Map.of(
                                        "platform",
                                        "github",
                                        "statuses",
                                        Map.of("active", 2, "needs_reconnect", 1),
                                        "total",
                                        3),
                                Map.of("platform", "slack", "statuses", Map.of("revoked", 1), "total", 1)),
                        "total",
                        4));
        assertThat(limited.text("platforms")).contains("total=1").doesNotContain("slack");
        assertThat(service.get(LIST + "/summary?platform=github").status()).isEqualTo(400);
    }
}
