package io.oauthservice.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.EventStream;
import io.oauthservice.EventStream.Event;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.changefeed.ChangeFeed;
import io.oauthservice.local.LocalProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Rows are changed in the database directly, as another replica changes them. */
@TestPropertySource(properties = "oauth.list.cache-size=1MB")
class StreamTest extends ServiceTestBase {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration QUIET = Duration.ofMillis(1500);
    private static final String ACME_ONLY = "acme-only-key";

    @Autowired
    private ChangeFeed feed;

    private final List<EventStream> opened = new ArrayList<>();

    @BeforeEach
    void awaitChangeFeed() {
        await().atMost(SOON).until(feed::isCurrent);
    }

    @AfterEach
    void close() {
        opened.forEach(EventStream::close);
    }

    private EventStream open(String query, String key, @Nullable String resumeFrom) throws Exception {
        EventStream stream = new EventStream(base, query, key, resumeFrom);
        opened.add(stream);
        return stream;
    }

    private EventStream open() throws Exception {
        EventStream stream = open("", LocalProperties.API_KEY, null);
        assertThat(stream.next().name()).isEqualTo("ready");
        return stream;
    }

    private void set(String id, String assignment) {
        rows.change("UPDATE oauth_installations SET " + assignment + " WHERE id = :id::uuid", Map.of("id", id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "text/*", "application/json, text/event-stream"})
    void aClientNeedNotNameTheFormat(String accept) throws Exception {
        EventStream stream = EventStream.accepting(accept, base, LocalProperties.API_KEY);
        opened.add(stream);

        assertThat(stream.next().name()).isEqualTo("ready");
        assertThat(stream.response().headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "text/", "nothing"})
    void anyOtherFormatIsNotAcceptable(String accept) {
        assertThat(service.get("/oauth/installations/stream", "Accept", accept).status())
                .isEqualTo(406);
    }

    @Test
    void otherFormatsAreNotAcceptable() {
        Answer answer = service.get("/oauth/installations/stream", "Accept", "application/json");

        assertThat(answer.status()).isEqualTo(406);
        assertThat(answer.problem()).isEqualTo("not-acceptable");
        assertThat(answer.text("detail")).contains("text/event-stream");
        assertThat(new Service(http, "nobody-key")
                        .get("/oauth/installations/stream", "Accept", "application/json")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aChangeArrivesAsTheListShowsIt() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        EventStream stream = open();

        set(id, "status = 'suspended', updated_at = clock_timestamp()");

        Event event = stream.next("installation");
        while (!event.data().contains("suspended")) {
            event = stream.next("installation");
        }
        String detail = http.get()
                .uri("/oauth/installations/" + id)
                .header("Authorization", "Bearer " + LocalProperties.API_KEY)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(event.data()).isEqualTo(detail);
        assertThat(stream.response().headers().firstValue("Cache-Control")).contains("no-store, no-transform");
        assertThat(stream.response().headers().firstValue("X-Accel-Buffering")).contains("no");
    }

    @Test
    void aClientResumesWithoutAGap() throws Exception {
        String one = rows.insert("github", "1", "one", "active");
        String two = rows.insert("github", "2", "two", "active");
        String from;
        try (EventStream first = open()) {
            set(one, "token_version = 2");
            from = first.next("installation").id();
        }
        set(one, "token_version = 3");
        set(two, "token_version = 4");

        EventStream resumed = open("", LocalProperties.API_KEY, from);

        assertThat(resumed.next().name()).isEqualTo("ready");
        List<String> received = new ArrayList<>();
        while (received.stream().noneMatch(data -> data.contains("\"token_version\":3"))
                || received.stream().noneMatch(data -> data.contains("\"token_version\":4"))) {
            received.add(resumed.next("installation").data());
        }
    }

    @Test
    void whatOneClientHasMissedIsNotSentToOthersAgain() throws Exception {
        String one = rows.insert("github", "1", "one", "active");
        String two = rows.insert("github", "2", "two", "active");
        EventStream other = open();
        String from;
        try (EventStream first = open()) {
            set(one, "token_version = 2");
            from = first.next("installation").id();
        }
        set(one, "token_version = 3");
        Event event = other.next("installation");
        while (!event.data().contains("\"token_version\":3")) {
            event = other.next("installation");
        }

        EventStream resumed = open("", LocalProperties.API_KEY, from);
        assertThat(resumed.next("installation").data()).contains("\"token_version\":3");
        set(two, "token_version = 4");

        assertThat(other.next("installation").data()).contains("\"token_version\":4");
        // Two events of one installation are a second apart, and due events are sent once a second.
        assertThat(other.next(Duration.ofMillis(2_200))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1-2", "%s-1", "%s-9000000000", "-", "%s-", "99999999999999999999-1"})
    void anUnknownPositionGetsAReset(String position) throws Exception {
        String epoch = feed.position().orElseThrow().epoch();

        EventStream stream = open("", LocalProperties.API_KEY, position.formatted(epoch));

        assertThat(stream.next().name()).isEqualTo("ready");
        Event reset = stream.next();
        assertThat(reset.name()).isEqualTo("reset");
        assertThat(reset.id()).startsWith(epoch + "-");
    }

    @Test
    void aClientWhoseOrganisationsHaveChangedMeanwhileGetsAReset() throws Exception {
        EventStream stream = open("", ACME_ONLY, null);
        String ofAcme = stream.next("ready").id();

        EventStream unlimited = open("", LocalProperties.API_KEY, ofAcme);
        EventStream same = open("", ACME_ONLY, ofAcme);

        assertThat(unlimited.next().name()).isEqualTo("ready");
        assertThat(unlimited.next().name()).isEqualTo("reset");
        assertThat(same.next().id()).isEqualTo(ofAcme);
    }

    @Test
    void aLimitedCallerReceivesChangesOfItsOwnOrganisationsOnly() throws Exception {
        String acme = rows.insert("github", ACME, "acme", "active");
        String globex = rows.insert("github", GLOBEX, "globex", "active");
        EventStream stream = open("", ACME_ONLY, null);
        stream.next("ready");

        set(globex, "status = 'suspended'");
        rows.change("DELETE FROM oauth_installation_orgs WHERE installation_id = :id::uuid", Map.of("id", globex));
        rows.change("DELETE FROM oauth_installations WHERE id = :id::uuid", Map.of("id", globex));
        set(acme, "token_version = 7");

        Event event = stream.next();
        while (!event.data().contains("\"token_version\":7")) {
            assertThat(event.data()).contains(acme);
            event = stream.next();
        }
    }

    /** A caller of one organisation does not learn which others a grant covers. */
    @Test
    void aFilterByAnotherOrganisationRevealsNothingToALimitedCaller() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.change(
                "INSERT INTO oauth_installation_orgs (installation_id, platform, org_id) VALUES (:id::uuid, 'github', :org)",
                Map.of("id", id, "org", GLOBEX));
        EventStream ofGlobex = open("?org_id=" + GLOBEX, ACME_ONLY, null);
        EventStream ofAcme = open("?org_id=" + ACME, ACME_ONLY, null);
        ofGlobex.next("ready");
        ofAcme.next("ready");

        set(id, "status = 'suspended'");

        assertThat(ofAcme.next("installation").data()).contains(id);
        set(id, "token_version = 6");
        assertThat(ofAcme.next("installation").data()).contains("\"token_version\":6");
        assertThat(ofGlobex.next(Duration.ofMillis(300))).isNull();
    }

    @Test
    void anInstallationThatACallerNoLongerSeesIsGone() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        EventStream limited = open("", ACME_ONLY, null);
        EventStream unlimited = open();
        limited.next("ready");

        rows.change(
                "UPDATE oauth_installation_orgs SET org_id = '9002' WHERE installation_id = :id::uuid",
                Map.of("id", id));
        rows.change(
                "INSERT INTO oauth_installation_orgs (installation_id, platform, org_id) VALUES (:id::uuid, 'github', '1')",
                Map.of("id", id));
        assertThat(limited.next("gone").data()).isEqualTo("{\"id\":\"" + id + "\"}");

        rows.change("DELETE FROM oauth_installations WHERE id = :id::uuid", Map.of("id", id));
        assertThat(unlimited.next("gone").data()).isEqualTo("{\"id\":\"" + id + "\"}");
    }

    @Test
    void manyChangesOfOneInstallationAreFewEventsAndTheLastStateIsSent() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        EventStream stream = open();

        for (int version = 2; version <= 200; version++) {
            set(id, "token_version = " + version);
        }

        int events = 1;
        while (!stream.next("installation").data().contains("\"token_version\":200")) {
            events++;
        }
        assertThat(events).isLessThan(20);
        assertThat(stream.next(QUIET)).isNull();
    }

    @Test
    void afterALostConnectionClientsReadTheListAgain() throws Exception {
        EventStream stream = open();

        rows.change("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%oauth_changes_beats%' AND pid <> pg_backend_pid()
                """, Map.of());

        Event reset = stream.next("reset");
        String id = rows.insert("github", ACME, "acme", "active");
        assertThat(stream.next("installation").data()).contains(id);
        assertThat(reset.id()).isNotEmpty();
    }

    @Test
    void changesOfMoreInstallationsThanANotificationNamesAreAReset() throws Exception {
        rows.insertMany(200, "github", "'org-' || n", "many", "active");
        EventStream stream = open();

        rows.change("UPDATE oauth_installations SET status = 'suspended'", Map.of());

        assertThat(stream.next("reset").name()).isEqualTo("reset");
    }

    @Test
    void aClientThatIsDisconnectedBeforeItsResetResumesBeforeWhatItHasMissed() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        EventStream stream = open();
        String before = stream.lastId();

        // A reset follows within five seconds.
        rows.change("SELECT pg_notify('oauth_changes', 'not readable')", Map.of());
        set(id, "token_version = 2");

        Event event = stream.next();
        while (!event.name().equals("reset")) {
            assertThat(event.id()).isEqualTo(before);
            event = stream.next();
        }
        set(id, "token_version = 3");
        assertThat(stream.next("installation").id()).isNotEqualTo(before);
    }

    @Test
    void filtersSelectPlatformAndOrganisation() throws Exception {
        String gitHub = rows.insert("github", ACME, "acme", "active");
        String slack = rows.insert("slack", "T1", "team", "active");
        EventStream ofSlack = open("?platform=slack", LocalProperties.API_KEY, null);
        EventStream ofAcme = open("?org_id=" + ACME, LocalProperties.API_KEY, null);
        ofSlack.next("ready");
        ofAcme.next("ready");

        set(gitHub, "token_version = 8");
        set(slack, "token_version = 9");

        assertThat(ofSlack.next("installation").data()).contains(slack);
        assertThat(ofAcme.next("installation").data()).contains(gitHub);
    }

    @Test
    void anInstallationThatLosesALabelIsGone() throws Exception {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        set(id, "labels = '{\"team\":\"search\"}'");
        EventStream stream = open("?label=team:search", LocalProperties.API_KEY, null);
        stream.next("ready");

        set(id, "token_version = 5");
        Event event = stream.next();
        while (!event.data().contains("\"token_version\":5")) {
            event = stream.next();
        }
        set(id, "labels = '{\"team\":\"other\"}'");

        assertThat(stream.next("gone").data()).isEqualTo("{\"id\":\"" + id + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?status=active", "?label=Team", "?platform=", "?limit=1"})
    void aBadParameterIsAProblem(String query) throws Exception {
        EventStream stream = open(query, LocalProperties.API_KEY, null);

        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.response().headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aCallerWithoutThePermissionOrWithTooManyStreamsIsRejected() throws Exception {
        assertThat(open("", "nobody-key", null).status()).isEqualTo(403);
        assertThat(open("", "unknown-key", null).status()).isEqualTo(401);

        Stream.Builder<EventStream> builder = Stream.builder();
        for (int i = 0; i < InstallationStreams.PER_CALLER; i++) {
            EventStream stream = open("", "lister-key", null);
            stream.next("ready");
            builder.add(stream);
        }
        EventStream rejected = open("", "lister-key", null);
        assertThat(rejected.status()).isEqualTo(429);
        assertThat(rejected.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(open("", ACME_ONLY, null).next().name()).as("another caller").isEqualTo("ready");

        builder.build().forEach(EventStream::close);
        await().atMost(SOON).until(() -> open("", "lister-key", null).status() == 200);
        assertThat(new Service(http, "lister-key").get("/oauth/installations").status())
                .isEqualTo(200);
    }
}
