package io.oauthservice.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.Fault;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.Sites;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.github.GitHubApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens for a part of a grant, and callers that never get more than their ceiling. */
@TestPropertySource(
        properties = {
            "oauth.tokens.cache-size=100",
            "oauth.tokens.narrowed-mints=60",
            "oauth.providers.github.user-grants=true",
            // The keys are ci-key, web-key, issues-key and all-of-web-key.
            "oauth.access.clients.ci.key-sha256=21974faad09c41084fe7e836c08fe39d0a0f09ad32a03d21de2ea760ad72715f",
            "oauth.access.clients.ci.permissions=tokens:read",
            "oauth.access.clients.ci.github.permissions=contents:read,issues:read",
            "oauth.access.clients.ci.github.repositories=101",
            "oauth.access.clients.web.key-sha256=fe372517ad18bd4ef08c931b6f58a73a1e10ad754cc729a8ccd705be55c47fbd",
            "oauth.access.clients.web.permissions=tokens:read",
            "oauth.access.clients.web.github.repositories=acme/web,globex/core",
            // The keys are lister-of-tokens-key and ids-key.
            "oauth.access.clients.many.key-sha256=32b6ca96afb49e3b39799cebf84ff03eed1df61d3fdba7f9a2b8d237f9a79b77",
            "oauth.access.clients.many.permissions=tokens:read",
            "oauth.access.clients.ids.key-sha256=5d7ebd7680988578239f0c4123da7342ab14b52514f43ef22864b4647acb01bb",
            "oauth.access.clients.ids.permissions=tokens:read",
            "oauth.access.clients.ids.github.repositories=101,201,999",
            "oauth.access.clients.issues.key-sha256=8f69e2e0faf2ce89588716998f9353348df44def523eb513247f329dd925d16e",
            "oauth.access.clients.issues.permissions=tokens:read",
            "oauth.access.clients.issues.github.permissions=issues:admin,secrets:read",
            "oauth.access.clients.secrets.key-sha256=7e2fb41ff064c17f9f47935418a5292656b895bbb479ee3ec4830278e7120bb5",
            "oauth.access.clients.secrets.permissions=tokens:read",
            "oauth.access.clients.secrets.github.permissions=secrets:read"
        })
class NarrowedTokenTest extends ServiceTestBase {

    /** The user who installs the app. */
    private static final int SIGNED_IN = 55;

    private static final JsonMapper JSON = JsonMapper.shared();

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Sandbox atProviders;

    @Test
    void aTokenCoversWhatWasRequestedAndNoMore() {
        connect(ACME);

        Answer answer = narrowed("repositories=web&permissions=contents:read");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .containsEntry("permissions", Map.of("contents", "read", "metadata", "read"))
                .containsEntry("token_version", 1)
                .containsEntry("org_id", ACME);
        assertThat(repositories(answer)).containsExactly("acme/web");
        assertThat(answer.text("fingerprint")).isNotEqualTo(service.token(ACME).text("fingerprint"));
        assertThat(repositories(service.token(ACME))).hasSize(2);
        assertThat(gitHub.violations()).isEmpty();
    }

    @Test
    void everyWayToWriteARequestGetsTheSameToken() {
        connect(ACME);
        int before = mints();

        List<String> fingerprints = List.of(
                        "repositories=web,api&permissions=contents:read,issues:write",
                        "permissions=issues:write,contents:read&repositories=api,web",
                        "repositories=API,Web&permissions=contents:read,issues:write",
                        "repositories=acme/web,ACME/api&permissions=contents:read,issues:write",
                        "repositories=web%2Capi&permissions=contents%3Aread,issues:write")
                .stream()
                .map(query -> address("org_id=9001&" + query).text("fingerprint"))
                .toList();

        assertThat(fingerprints).containsOnly(fingerprints.getFirst());
        assertThat(narrowedBy("org_name=acme", "repositories=web,api&permissions=contents:read,issues:write")
                        .text("fingerprint"))
                .isEqualTo(fingerprints.getFirst());
        assertThat(mints()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repositories=",
                "permissions=",
                "repositories=web,",
                "repositories=web,web",
                "repositories=Web,web",
                "repositories=acme/web,web",
                "repositories=globex/core",
                "repositories=101,web",
                "repositories=0101",
                "repositories=we b",
                "repositories=a/b/c",
                "repositories=web&repositories=api",
                "permissions=contents",
                "permissions=contents:execute",
                "permissions=contents:read,contents:write",
                "permissions=contents:read,contents:read",
                "permissions=Contents:read",
                "permissions=contents:read&user_id=55"
            })
    void anInvalidRequestIsRejected(String query) {
        connect(ACME);
        int before = mints();

        Answer answer = address("org_id=9001&" + query.replace(" ", "%20"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(mints()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repository=web", "permission=contents:read", "Repositories=web", "repositories[]=web"})
    void aMisspelledParameterDoesNotWidenTheToken(String query) {
        connect(ACME);

        Answer answer = address("org_id=9001&" + query.replace("[]", "%5B%5D"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).doesNotContainKey("access_token");
    }

    @ParameterizedTest
    @CsvSource({"slack, T0ACME", "jira, " + Sites.ACME})
    void thePlatformMustSupportIt(String platform, String organisation) {
        Answer answer = service.get("/oauth/token/" + platform + "?org_id=" + organisation + "&repositories=web");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
    }

    @Test
    void moreThanFiveHundredRepositoriesAreRejected() {
        connect(ACME);

        assertThat(narrowed("repositories=" + ids(501)).status()).isEqualTo(400);
    }

    @Test
    void aRequestForFiveHundredRepositoriesSucceeds() {
        List<Map<String, Object>> repositories = IntStream.rangeClosed(1, 500)
                .mapToObj(i -> Map.<String, Object>of("id", 100_000 + i, "name", "repository-" + i))
                .toList();
        gitHub.addAccount(9100, "many", SIGNED_IN, repositories);
        connect("9100");

        Answer answer = narrowedBy("org_id=9100", "repositories=" + ids(500));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(repositories(answer)).hasSize(100).as("on the first page").contains("many/repository-1");
    }

    @Test
    void aSecondReadIsServedByTheFastPathWithTheSameResponse() {
        connect(ACME);
        Answer first = narrowed("repositories=web&permissions=contents:read");
        double before = CachedReads.count(meters);

        Answer second = narrowed("repositories=web&permissions=contents:read");

        assertThat(CachedReads.count(meters)).isEqualTo(before + 1);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().getETag()).isEqualTo(first.headers().getETag());
        assertThat(service.get(
                                "/oauth/token/github?org_id=9001&repositories=web&permissions=contents:read",
                                "If-None-Match",
                                String.valueOf(first.headers().getETag()))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void equalConcurrentRequestsCauseOneToken() {
        connect(ACME);
        int before = mints();
        gitHub.setLatency(Duration.ofMillis(300));

        List<CompletableFuture<Answer>> answers;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(0, 60)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> narrowed("repositories=api"), callers))
                    .toList();
        }

        assertThat(answers)
                .extracting(CompletableFuture::join)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(mints()).isEqualTo(before + 1);
    }

    @Test
    void moreConcurrentRequestsThanSlotsWaitForOne() {
        List<Map<String, Object>> repositories = IntStream.rangeClosed(1, 40)
                .mapToObj(i -> Map.<String, Object>of("id", 100_000 + i, "name", "repository-" + i))
                .toList();
        gitHub.addAccount(9100, "many", SIGNED_IN, repositories);
        connect("9100");
        gitHub.setLatency(Duration.ofMillis(300));
        Service reader = new Service(http, "lister-of-tokens-key");

        List<CompletableFuture<Answer>> answers;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.rangeClosed(1, 40)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> reader.get("/oauth/token/github?org_id=9100&repositories=" + (100_000 + i)), callers))
                    .toList();
        }

        assertThat(answers)
                .extracting(CompletableFuture::join)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    }

    @Test
    void aCallerWithACeilingGetsNoMoreThanIt() {
        connect(ACME);

        Answer answer = ci().token(ACME);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .containsEntry("permissions", Map.of("contents", "read", "issues", "read", "metadata", "read"));
        assertThat(repositories(answer)).containsExactly("acme/web");
    }

    @Test
    void theFastPathEnforcesTheCeiling() {
        connect(ACME);
        Answer whole = service.token(ACME);
        service.token(ACME);

        Answer first = ci().token(ACME);
        double before = CachedReads.count(meters);
        Answer second = ci().token(ACME);

        assertThat(CachedReads.count(meters)).isEqualTo(before + 1);
        assertThat(List.of(first, second))
                .allSatisfy(answer -> assertThat(answer.text("access_token")).isNotEqualTo(whole.text("access_token")));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(service.token(ACME).text("fingerprint")).isEqualTo(whole.text("fingerprint"));
        assertThat(ci().get(
                                "/oauth/token/github?org_id=9001",
                                "If-None-Match",
                                String.valueOf(whole.headers().getETag()))
                        .status())
                .as("for the version of the whole token")
                .isEqualTo(200);
    }

    @Test
    void noWayToNameAGrantLeadsAroundTheCeiling() {
        String id = connect(ACME);

        assertThat(List.of("installation_id=" + id, "org_name=acme", "org_id=acme", "org_id=9001&min_ttl=60"))
                .allSatisfy(query -> assertThat(repositories(ci().get("/oauth/token/github?" + query)))
                        .containsExactly("acme/web"));
    }

    @Test
    void aUserGrantCannotBypassTheCeiling() {
        connect(ACME);
        String users = rows.value(
                "SELECT id FROM oauth_installations WHERE external_user_id IS NOT NULL AND status = 'active'",
                Map.of());
        String user = rows.column(users, "external_user_id");
        assertThat(service.get("/oauth/token/github?org_id=9001&user_id=" + user)
                        .status())
                .isEqualTo(200);

        assertThat(ci().get("/oauth/token/github?org_id=9001&user_id=" + user).problem())
                .isEqualTo("forbidden");
        assertThat(ci().get("/oauth/token/github?installation_id=" + users).problem())
                .isEqualTo("forbidden");
        assertThat(service.get("/oauth/token/github?installation_id=" + users + "&repositories=web")
                        .status())
                .as("a user's grant cannot be narrowed")
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repositories=102",
                "repositories=api",
                "repositories=101,102",
                "repositories=unknown",
                "permissions=contents:write",
                "permissions=members:read"
            })
    void aRequestBeyondTheCeilingIsForbidden(String query) {
        connect(ACME);

        Answer answer = narrowed(ci(), query);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.problem()).isEqualTo("forbidden");
        assertThat(String.valueOf(answer.body())).doesNotContain("api", "unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"repositories=web", "repositories=101", "permissions=contents:read", "permissions=issues:read"})
    void aRequestWithinTheCeilingGetsWhatItNames(String query) {
        connect(ACME);

        Answer answer = narrowed(ci(), query);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(repositories(answer)).containsExactly("acme/web");
    }

    @Test
    void aTokenOfAnotherCallerIsNotServedBeyondTheCeiling() {
        connect(ACME);
        narrowed("repositories=api");
        narrowed("repositories=api");

        assertThat(narrowed(ci(), "repositories=api").status()).isEqualTo(403);
    }

    @Test
    void aCeilingNamesTheRepositoriesOfSeveralOwners() {
        connect(ACME);
        connect(GLOBEX);
        Service web = new Service(http, "web-key");

        assertThat(repositories(web.token(ACME))).containsExactly("acme/web");
        assertThat(repositories(web.token(GLOBEX))).containsExactly("globex/core");
        assertThat(narrowed(web, "repositories=api").status()).isEqualTo(403);
    }

    @Test
    void aCeilingByIdsIsReducedToTheRepositoriesOfTheOrganisation() {
        connect(ACME);
        connect(GLOBEX);
        Service ids = new Service(http, "ids-key");

        assertThat(repositories(ids.token(ACME))).containsExactly("acme/web");
        assertThat(repositories(ids.token(GLOBEX))).containsExactly("globex/core");
        int mints = mints();
        int lists = gitHub.calls("info").size();
        assertThat(ids.get("/oauth/token/github?org_id=9001&min_ttl=60").status())
                .isEqualTo(200);
        assertThat(mints()).isEqualTo(mints);
        assertThat(gitHub.calls("info")).hasSize(lists);
        assertThat(narrowed(ids, "repositories=102").status()).isEqualTo(403);
    }

    @Test
    void whatIsNotRequestedIsTheLowerOfCeilingAndGrant() {
        connect(ACME);

        Answer answer = new Service(http, "issues-key").token(ACME);

        assertThat(answer.body()).containsEntry("permissions", Map.of("issues", "write", "metadata", "read"));
    }

    @Test
    void anEmptyIntersectionIsNeverMinted() {
        connect(ACME);
        connect(GLOBEX);
        int before = mints();

        assertThat(new Service(http, "all-of-web-key").token(ACME).status())
                .as("no permission is left")
                .isEqualTo(403);
        assertThat(mints()).isEqualTo(before);
        assertThat(ci().token(GLOBEX).status()).as("no repository is left").isEqualTo(403);
        assertThat(successfulMints()).isEqualTo(before);
    }

    @Test
    void aRequestBeyondTheGrantShowsTheGrantedPermissions() {
        connect(ACME);
        int before = mints();

        Answer answer = narrowed("permissions=contents:write");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("permissions-not-granted");
        assertThat(answer.body())
                .containsEntry("reason", "permission")
                .containsEntry("repository_selection", "all")
                .containsEntry(
                        "granted",
                        Map.of(
                                "contents",
                                "read",
                                "issues",
                                "write",
                                "members",
                                "read",
                                "metadata",
                                "read",
                                "pull_requests",
                                "write"));
        assertThat(mints()).isEqualTo(before);
        assertThat(narrowed(ci(), "permissions=contents:write").body()).doesNotContainKey("granted");
    }

    @Test
    void anUnknownRepositoryIsRejectedOnceAMinute() {
        connect(ACME);
        int before = mints();

        Answer first = narrowed("repositories=web,unknown");
        Answer second = narrowed("repositories=unknown,web");

        assertThat(List.of(first, second)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text("reason")).isEqualTo("repository");
            assertThat(answer.text("detail")).doesNotContain("web", "unknown");
        });
        assertThat(mints()).isEqualTo(before + 1);
    }

    @Test
    void permissionsThatWereGrantedWithoutAWebhookAreFoundBeforeARejection() {
        String id = connect(ACME);
        gitHub.acceptPermissions(atGitHub(id), Map.of("contents", "write"));

        Answer answer = narrowed("permissions=contents:write");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(service.token(ACME).body())
                .containsEntry("permissions", Map.of("contents", "write", "metadata", "read"));
    }

    @Test
    void theProviderIsAskedForPermissionsOnceAMinute() {
        connect(ACME);
        narrowed("permissions=contents:write");
        int before = gitHub.calls("info").size();

        narrowed("permissions=contents:admin");
        narrowed("permissions=secrets:read");

        assertThat(gitHub.calls("info")).hasSize(before);
    }

    @Test
    void aTokenThatExceedsItsRequestIsRevokedAndNotReturned() {
        connect(ACME);
        int before = gitHub.calls("revoke").size();
        gitHub.failMint(Fault.status(201)
                .body(Map.of(
                        "token",
                        "ghs_wide",
                        "expires_at",
                        "2099-01-01T00:00:00Z",
                        "permissions",
                        Map.of("contents", "write"),
                        "repository_selection",
                        "all")));

        Answer answer = narrowed("repositories=web");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(gitHub.calls("revoke")).hasSize(before + 1);
    }

    @Test
    void aRefreshOfTheGrantLeavesNarrowedTokens() {
        String id = connect(ACME);
        Answer before = narrowed("repositories=web");
        String whole = service.token(ACME).text("fingerprint");
        int mints = mints();

        rows.leaveTokenOnly(id, Duration.ofMinutes(1));
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !service.get("/oauth/token/github?installation_id=" + id)
                        .text("fingerprint")
                        .equals(whole));

        assertThat(narrowed("repositories=web").body()).isEqualTo(before.body());
        assertThat(narrowedBy("installation_id=" + id, "repositories=web").text("fingerprint"))
                .isEqualTo(before.text("fingerprint"));
        assertThat(mints()).isEqualTo(mints + 1);
    }

    @Test
    void aRevokedInstallationHasNoNarrowedTokens() {
        String id = connect(ACME);
        narrowed("repositories=web");
        narrowed("repositories=web");

        service.delete("/oauth/installations/" + id);

        assertThat(narrowed("repositories=web").problem()).isEqualTo("not-connected");
    }

    @Test
    void aNotificationOfThePreviousVersionEvictsNarrowedTokens() {
        String id = connect(ACME);
        String before = narrowed("repositories=web").text("fingerprint");

        rows.value(
                "SELECT pg_notify('oauth_installations', :payload)",
                Map.of(
                        "payload",
                        "{\"id\":\"%s\",\"platform\":\"github\",\"organisations\":[\"9001\"],\"moved\":false}"
                                .formatted(id)));

        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> !narrowed("repositories=web").text("fingerprint").equals(before));
    }

    @Test
    void anotherSelectionOfRepositoriesEvictsTokensAndRejections() {
        String id = connect(ACME);
        narrowed("repositories=api");
        gitHub.sendWebhooks();

        gitHub.selectRepositories(atGitHub(id), List.of(101));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> narrowed("repositories=api").status() == 422);

        // The installation's own fields stay as they are.
        gitHub.selectRepositories(atGitHub(id), List.of(101, 102));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> narrowed("repositories=api").status() == 200);
    }

    @Test
    void aSuspensionIsDetectedWhenATokenIsIssued() {
        String id = connect(ACME);
        gitHub.suspend(atGitHub(id));

        assertThat(narrowed("repositories=web").problem()).isEqualTo("suspended");
        assertThat(rows.column(id, "status")).isEqualTo("suspended");
    }

    @Test
    void aReportedTokenIsReplacedOnceAMinute() {
        connect(ACME);
        String reported = narrowed("repositories=web").text("fingerprint");

        Answer young = report(reported);
        assertThat(young.body()).containsEntry("verdict", "retry").containsEntry("retry", true);
        assertThat(narrowed("repositories=web").text("fingerprint")).isEqualTo(reported);

        // A token is too young to be reported for ten seconds.
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> "refreshed".equals(report(reported).body().get("verdict")));
        String replaced = narrowed("repositories=web").text("fingerprint");
        assertThat(replaced).isNotEqualTo(reported);

        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> report(replaced).status() == 429);
        assertThat(narrowed("repositories=web").text("fingerprint")).isEqualTo(replaced);
    }

    @Test
    void aTokenOfAnotherReplicaIsReportedToAllReplicas() {
        connect(ACME);

        Answer answer = report("sha256:2c26b46b68ffc68ff99b453c1d304134");

        assertThat(answer.body()).containsEntry("verdict", "refreshed").containsEntry("retry", true);
    }

    @Test
    void anOlderTokenOfTheGrantIsSuperseded() {
        String id = connect(ACME);
        String older = service.token(ACME).text("fingerprint");
        rows.leaveTokenOnly(id, Duration.ofMinutes(-1));
        service.get("/oauth/token/github?installation_id=" + id);

        assertThat(report(older).body()).containsEntry("verdict", "superseded");
    }

    @Test
    void theLifetimeIsBoundedByHalfOfTheNarrowedTokens() {
        connect(ACME);

        assertThat(narrowed("repositories=web&min_ttl=1700").status()).isEqualTo(200);
        assertThat(narrowed("repositories=web&min_ttl=1900").status()).isEqualTo(400);
    }

    @Test
    void aCallerThatRequestsTooManyDifferentTokensIsRateLimited() {
        List<Map<String, Object>> repositories = IntStream.rangeClosed(1, 70)
                .mapToObj(i -> Map.<String, Object>of("id", 100_000 + i, "name", "repository-" + i))
                .toList();
        gitHub.addAccount(9100, "many", SIGNED_IN, repositories);
        connect("9100");
        Service reader = new Service(http, "github-reader-key");

        List<Answer> answers = new ArrayList<>();
        IntStream.rangeClosed(1, 65)
                .mapToObj(i -> reader.get("/oauth/token/github?org_id=9100&repositories=" + (100_000 + i)))
                .forEach(answers::add);

        assertThat(answers.getFirst().status()).isEqualTo(200);
        assertThat(answers.getLast().status()).isEqualTo(429);
        assertThat(answers.getLast().problem()).isEqualTo("rate-limited");
        assertThat(answers.getLast().headers().getFirst("Retry-After")).isNotNull();
        assertThat(reader.get("/oauth/token/github?org_id=9100&repositories=100001")
                        .status())
                .as("a token that was issued before")
                .isEqualTo(200);
    }

    private Answer report(String fingerprint) {
        return service.post(
                "/oauth/token/github/failures", "{\"org_id\":\"9001\",\"fingerprint\":\"" + fingerprint + "\"}");
    }

    private Service ci() {
        return new Service(http, "ci-key");
    }

    private Answer narrowed(String query) {
        return narrowed(service, query);
    }

    private static Answer narrowed(Service caller, String query) {
        return caller.get("/oauth/token/github?org_id=9001&" + query);
    }

    private Answer narrowedBy(String target, String query) {
        return service.get("/oauth/token/github?" + target + "&" + query);
    }

    private Answer address(String query) {
        return service.get(URI.create(base + "/oauth/token/github?" + query));
    }

    private static String ids(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> String.valueOf(100_000 + i))
                .collect(Collectors.joining(","));
    }

    private int mints() {
        return gitHub.calls("mint").size();
    }

    private int successfulMints() {
        return (int)
                gitHub.calls("mint").stream().filter(status -> status == 201).count();
    }

    /** The first hundred repositories that the token of this answer covers, as GitHub lists them. */
    private List<String> repositories(Answer answer) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        atProviders.app(GitHubApp.class).apiUrl() + "/installation/repositories?per_page=100"))
                .header("Authorization", "Bearer " + answer.text("access_token"))
                .header("Accept", "application/vnd.github+json")
                .header("User-Agent", "test")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return JSON.readTree(response.body())
                    .path("repositories")
                    .valueStream()
                    .map((JsonNode each) -> each.path("full_name").asString(""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
