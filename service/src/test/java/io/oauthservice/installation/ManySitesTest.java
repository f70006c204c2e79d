package io.oauthservice.installation;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.Sites;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.provider.ProviderTest;
import io.oauthservice.sandbox.Sandbox;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Atlassian consents that reach hundreds of sites. */
@ProviderTest
class ManySitesTest {

    private static final int AT_ONCE = 8;

    /** The job that carries out revocations skips locked rows, but waits for the lock of the table, too. */
    private static final String WAITING_CONSENT = """
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE NOT granted AND waitstart IS NOT NULL AND relation = 'oauth_revocations'::regclass
              AND query NOT LIKE '%SKIP LOCKED%'
            """;

    private static final String WAITS = "SELECT count(*) " + WAITING_CONSENT;

    private static final String WAITING_SINCE =
            "SELECT COALESCE(max(extract(epoch FROM waitstart) * 1000000), 0)::bigint " + WAITING_CONSENT;

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    private Service service;
    private Rows rows;
    private AtlassianControl atlassian;

    @BeforeEach
    void setUpCallerAndProvider() {
        service = new Service(http);
        rows = new Rows(database);
        atlassian = new AtlassianControl(sandbox);
    }

    @Test
    void aConsentOfAThousandSitesIsStored() {
        Sites sites = Sites.add(atlassian, 1000);

        assertThat(approve(consentOf("557058:dana")).heading()).isEqualTo("Connected");

        assertThat(token(sites.id(0)).status()).isEqualTo(200);
        assertThat(token(sites.id(999)).status()).isEqualTo(200);
    }

    @Test
    void eightConsentsOfTheSameThreeHundredSitesAtOnceAreStored() {
        Sites sites = Sites.add(atlassian, 300, people());
        List<Page> consents = people().stream().map(this::consentOf).toList();

        assertThat(approveAtOnce(consents)).containsOnly("Connected");

        assertThat(sites.ids()).allSatisfy(id -> assertThat(defaultsOf(id)).isEqualTo("1"));
        assertThat(rows.value("SELECT count(*) FROM oauth_installation_orgs WHERE org_id LIKE 'site-%'", Map.of()))
                .isEqualTo("2400");
    }

    /** One lock for each site would be more than PostgreSQL's lock table holds. */
    @Test
    void aConsentOfThreeHundredSitesHoldsFewLocks(
            @Value("${spring.liquibase.url}") String url,
            @Value("${spring.liquibase.user}") String user,
            @Value("${spring.liquibase.password}") String password)
            throws Exception {
        Sites.add(atlassian, 300);
        Page consent = consentOf("557058:dana");
        try (Connection other = DriverManager.getConnection(url, user, password)) {
            other.setAutoCommit(false);
            // The transaction that stores the consent has locked its organisations when it waits for this
            // table.
            other.createStatement().execute("LOCK TABLE oauth_revocations IN EXCLUSIVE MODE");
            CompletableFuture<Page> approved = CompletableFuture.supplyAsync(() -> approve(consent));
            Awaitility.await().until(() -> count(other, WAITS) > 0);

            assertThat(count(other, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
                    .isBetween(1L, 64L);

            other.rollback();
            assertThat(approved.join().heading()).isEqualTo("Connected");
        }
    }

    @Test
    void aConsentThatWaitsTooLongForALockIsStoredAtAFurtherAttempt(
            @Value("${spring.liquibase.url}") String url,
            @Value("${spring.liquibase.user}") String user,
            @Value("${spring.liquibase.password}") String password)
            throws Exception {
        Sites.add(atlassian, 2);
        Page consent = consentOf("557058:dana");
        try (Connection other = DriverManager.getConnection(url, user, password)) {
            other.createStatement().execute("SET lock_timeout = 0");
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE oauth_revocations IN EXCLUSIVE MODE");
            CompletableFuture<Page> approved = CompletableFuture.supplyAsync(() -> approve(consent));
            Awaitility.await().until(() -> count(other, WAITS) > 0);
            long first = count(other, WAITING_SINCE);

            Awaitility.await().until(() -> count(other, WAITING_SINCE) > first);
            other.rollback();

            assertThat(approved.join().heading()).isEqualTo("Connected");
        }
    }

    @Test
    void aConsentThatReachesOtherSitesStoresWhatDiffersOnly() {
        Sites sites = Sites.add(atlassian, 300);
        approve(consentOf("557058:dana"));
        String version = rowVersion(sites.id(1));
        atlassian.renameSite(sites.id(0), "renamed");
        atlassian.removeSite(sites.id(2));

        approve(consentOf("557058:dana"));

        assertThat(rows.value("SELECT name FROM oauth_installation_orgs WHERE org_id = :id", Map.of("id", sites.id(0))))
                .isEqualTo("renamed");
        assertThat(rowVersion(sites.id(1))).isEqualTo(version);
    }

    @Test
    void theOrganisationsOfOneSuccessorAreOneEvent() {
        Sites sites = Sites.add(atlassian, 300);
        approve(consentOf("557058:dana"));
        String first = token(sites.id(0)).text("installation_id");
        approve(consentOf("557058:olga"));
        String second = token(sites.id(0), "557058:olga").text("installation_id");

        assertThat(service.delete("/oauth/installations/" + first).status()).isEqualTo(204);

        assertThat(sites.ids()).allSatisfy(id -> assertThat(defaultsOf(id)).isEqualTo("1"));
        assertThat(token(sites.id(0)).text("installation_id")).isEqualTo(second);
        assertThat(token(sites.id(299)).text("installation_id")).isEqualTo(second);
        assertThat(rows.column(second, "sequence")).isEqualTo("2");
        try (KafkaEvents events = new KafkaEvents(kafka, second)) {
            List<Received> received = events.await(2);
            assertThat(((InstallationUpdated) received.getLast().event()).cause())
                    .isEqualTo(InstallationUpdated.Cause.DEFAULT_CHANGED);
        }
    }

    /**
     * A reconnect and a revocation of one grant lock the same rows: in the same order, or PostgreSQL ends one of them.
     */
    @Test
    void reconnectsAndRevocationsAtOnceDoNotDeadlock() {
        Sites.add(atlassian, 20);
        for (int round = 0; round < 5; round++) {
            approve(consentOf("557058:dana"));
            approve(consentOf("557058:olga"));
            List<String> ids = service.installations().stream()
                    .map(one -> String.valueOf(one.get("id")))
                    .toList();
            List<Page> consents = List.of(consentOf("557058:dana"), consentOf("557058:olga"));
            try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
                List<CompletableFuture<Integer>> revoked = ids.stream()
                        .map(id -> CompletableFuture.supplyAsync(
                                () -> service.delete("/oauth/installations/" + id)
                                        .status(),
                                both))
                        .toList();
                assertThat(approveAtOnce(consents)).containsOnly("Connected");
                assertThat(revoked).extracting(CompletableFuture::join).containsOnly(204);
            }
        }
    }

    private static long count(Connection connection, String sql) throws Exception {
        try (ResultSet found = connection.createStatement().executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static List<String> people() {
        return IntStream.range(0, AT_ONCE).mapToObj(i -> "557058:person-" + i).toList();
    }

    /** The consent page of this person, for all their sites. */
    private Page consentOf(String person) {
        atlassian.setAccountLevel(true);
        atlassian.signIn(person);
        Page redirect = new Browser().open(base + "/oauth/install/jira").pressWithoutFollowing("approve");
        assertThat(redirect.location()).startsWith(base);
        return redirect;
    }

    private static Page approve(Page consent) {
        return consent.follow();
    }

    private static List<String> approveAtOnce(List<Page> consents) {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            return consents.stream()
                    .map(consent -> CompletableFuture.supplyAsync(() -> approve(consent), people))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .map(Page::heading)
                    .toList();
        }
    }

    private String defaultsOf(String site) {
        return rows.value(
                "SELECT count(*) FROM oauth_installation_orgs WHERE org_id = :id AND is_default", Map.of("id", site));
    }

    private String rowVersion(String site) {
        return rows.value("SELECT xmin::text FROM oauth_installation_orgs WHERE org_id = :id", Map.of("id", site));
    }

    private Answer token(String site) {
        return service.get("/oauth/token/jira?org_id=" + site);
    }

    private Answer token(String site, String user) {
        return service.get("/oauth/token/jira?org_id=" + site + "&user_id=" + user);
    }
}
