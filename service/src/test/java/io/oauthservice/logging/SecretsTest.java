package io.oauthservice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import com.nimbusds.jwt.JWTClaimsSet;
import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.access.StubIssuer;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.session.StubOpenIdProvider;
import io.oauthservice.webhook.SignedHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.env.Environment;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Runs every flow with all loggers at TRACE, and then searches for each secret that was configured, issued or received:
 * in the log, in all rows that were written, in the events, in the metrics and in all responses that carry no token.
 *
 * <p>A new flow is a method that {@link #runAllFlows} calls. Its secrets are added to {@link #secrets} unless the
 * sandbox sees them. New tables are found by themselves.
 */
@TestPropertySource(
        properties = {
            "oauth.access.issuers.idp.audience=oauth-service",
            "oauth.access.issuers.idp.organisations=all",
            "oauth.dashboard.oidc.roles-claim=access.roles",
            "oauth.dashboard.oidc.roles.viewers.permissions=installations:read",
            "oauth.dashboard.oidc.roles.viewers.organisations=all"
        })
class SecretsTest extends TokenExpiryTestBase {

    private static final StubIssuer ISSUER = new StubIssuer();
    private static final StubOpenIdProvider OPENID = new StubOpenIdProvider();
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int DEVELOPER = 55;

    /** What any token looks like, also one that the test does not know. */
    private static final Pattern TOKEN = Pattern.compile(
            "gh[sour]_\\w{10,}|xox[a-z][.-][\\w-]{10,}|eyJ[\\w-]{20,}|hvs\\.[\\w-]{20,}|(?<![\\w.])s\\.[A-Za-z0-9]{24}\\b");

    /** The settings that are secrets. */
    private static final List<String> SETTINGS = List.of(
            "GITHUB_CLIENT_SECRET",
            "GITHUB_WEBHOOK_SECRET",
            "JIRA_CLIENT_SECRET",
            "SLACK_CLIENT_SECRET",
            "SLACK_SIGNING_SECRET",
            "OAUTH_DASHBOARD_OIDC_CLIENT_SECRET",
            "POSTGRES_PASSWORD",
            "VAULT_SECRET_ID");

    @Autowired
    private Environment environment;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private WebTestClient client;

    @Value("${local.management.port}")
    private int management;

    /** Secrets that the sandbox does not see. */
    private final Set<String> secrets = new TreeSet<>();

    /** Secrets in places where no pattern can recognise them: only the filters keep them out of the log. */
    private final Set<String> unmarked = new TreeSet<>();

    /** Bodies and headers of responses that may contain no secret. */
    private final List<String> responses = new CopyOnWriteArrayList<>();

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry properties) {
        properties.add("oauth.access.issuers.idp.issuer", ISSUER::url);
        properties.add("OAUTH_DASHBOARD_OIDC_ISSUER", OPENID::url);
        properties.add("OAUTH_DASHBOARD_OIDC_CLIENT_ID", () -> StubOpenIdProvider.CLIENT_ID);
        properties.add("OAUTH_DASHBOARD_OIDC_CLIENT_SECRET", () -> StubOpenIdProvider.CLIENT_SECRET);
    }

    @BeforeEach
    void keepResponses() throws IOException {
        http = client.mutate()
                .entityExchangeResultConsumer(result -> {
                    boolean returnsASecret = result.getStatus().is2xxSuccessful()
                            && result.getUrl().getPath().matches("/oauth/(token/\\w+|install-links)");
                    if (!returnsASecret) {
                        responses.add(result.getStatus() + " " + result.getResponseHeaders()
                                + text(result.getResponseBody()));
                    }
                })
                .build();
        service = new Service(http);
        secrets.add(LocalProperties.API_KEY);
        SETTINGS.stream()
                .map(environment::getProperty)
                .filter(value -> value != null && !value.isEmpty())
                .forEach(value -> (value.length() < 12 ? unmarked : secrets).add(value));
        addWordsOf(environment.getProperty("GITHUB_PRIVATE_KEY_PATH"));
        addWordsOf(environment.getProperty("OAUTH_KEYSET_PATH"));
    }

    private static String text(@Nullable Object body) {
        return body instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(body);
    }

    /** The long words of a file that contains keys. */
    private void addWordsOf(@Nullable String path) throws IOException {
        if (path == null || !Files.exists(Path.of(path))) {
            return;
        }
        Pattern.compile("[A-Za-z0-9+/=_-]{40,}")
                .matcher(Files.readString(Path.of(path)))
                .results()
                .forEach(word -> secrets.add(word.group()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noFlowLeavesASecretAnywhere(boolean filtered) {
        Supplier<Set<String>> atProviders = sandbox.recordSecrets();
        WrittenRows rowsWritten = WrittenRows.record(database);
        try (TraceLog log = new TraceLog(filtered)) {
            runAllFlows();
            LoggerFactory.getLogger("io.oauthservice.test").trace("trace record");

            Collection<String> all = new TreeSet<>(secrets);
            all.addAll(atProviders.get());
            assertThat(all).hasSizeGreaterThan(60);
            assertThat(log.redacted()).contains("trace record");
            requireNone("log", all, log.redacted().lines().toList());
            if (filtered) {
                requireNone("log", unmarked, log.redacted().lines().toList());
            }
            assertThat(TOKEN.matcher(log.redacted()).results().map(hit -> hit.group()))
                    .isEmpty();
            if (!filtered) {
                // Otherwise this test would not show that the redaction does anything.
                assertThat(all).as("secrets in the log without redaction").anyMatch(log.raw()::contains);
            }
            all.addAll(unmarked);
            all.removeIf(secret -> secret.length() < 8);
            requireNone("rows", forms(all), rowsWritten.all());
            assertThat(rowsWritten.tables()).contains("oauth_installations", "oauth_states", "oauth_outbox");
            requireNone("events", all, events());
            requireNone("metrics", all, List.of(metrics()));
            requireNone("responses", all, responses);
        } finally {
            rowsWritten.stop();
        }
    }

    private static void requireNone(String where, Collection<String> secrets, List<String> texts) {
        assertThat(texts).as(where).isNotEmpty();
        List<String> found = texts.stream()
                .flatMap(text -> secrets.stream()
                        .filter(text::contains)
                        .map(secret -> secret.substring(0, Math.min(8, secret.length())) + "… in: "
                                + text.substring(0, Math.min(text.length(), 600))))
                .limit(10)
                .toList();
        assertThat(found).as(where).isEmpty();
    }

    /** Also as text in other encodings. */
    private static List<String> forms(Collection<String> secrets) {
        return secrets.stream()
                .flatMap(secret -> {
                    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
                    return Stream.of(
                            secret,
                            HexFormat.of().formatHex(bytes),
                            Base64.getEncoder().withoutPadding().encodeToString(bytes));
                })
                .toList();
    }

    private void runAllFlows() {
        install("github", "9001");
        install("jira", ACME_SITE);
        install("slack", "T0ACME");
        readRefreshAndReport("github", "9001");
        readRefreshAndReport("jira", ACME_SITE);
        readRefreshAndReport("slack", "T0ACME");
        narrowAndReadAUsersGrant();
        callWithJwts();
        callWithInvalidCredentials();
        failCallbacks();
        signInToThePage();
        receiveWebhooks();
        claimAndReconcile();
        operate();
        revoke("github", "9001");
        revoke("jira", ACME_SITE);
        revoke("slack", "T0ACME");
        await().atMost(LIMIT)
                .until(() -> rows.value("SELECT count(*) FROM oauth_revocations", Map.of())
                        .equals("0"));
    }

    private void install(String platform, String organisation) {
        assertThat(consent(platform, organisation).follow().heading()).isEqualTo("Connected");
    }

    /** The response of the consent page, which redirects to the callback. The flow starts with an install link. */
    private Page consent(String platform, String organisation) {
        String link = service.post("/oauth/install-links", "{\"platform\":\"" + platform + "\"}")
                .text("url");
        Page page = new Browser().open(link);
        secrets.add(link.substring(link.indexOf('=') + 1));
        secrets.add(page.document().select("input[name=token]").attr("value"));
        secrets.addAll(page.response().cookies().values());
        Page next = page.press("connect").choose(organisation).pressWithoutFollowing("approve");
        return next.status() == 200 ? next.pressWithoutFollowing("approve") : next;
    }

    private void readRefreshAndReport(String platform, String organisation) {
        Answer first = token(platform, organisation);
        expire(first.text("installation_id"));
        Answer refreshed = token(platform, organisation);
        assertThat(refreshed.text("access_token"))
                .isNotEqualTo(first.text("access_token"))
                .isNotEqualTo("null");
        secrets.add(first.text("access_token"));
        secrets.add(refreshed.text("access_token"));
        Answer report = service.post(
                "/oauth/token/" + platform + "/failures", """
                {"org_id":"%s","fingerprint":"%s"}""".formatted(organisation, refreshed.text("fingerprint")));
        assertThat(report.status()).isEqualTo(200);
    }

    private void narrowAndReadAUsersGrant() {
        Answer narrowed = service.get("/oauth/token/github?org_id=9001&permissions=metadata:read");
        assertThat(narrowed.status()).isEqualTo(200);
        secrets.add(narrowed.text("access_token"));
        Answer user = service.get("/oauth/token/github?org_id=9001&user_id=" + DEVELOPER);
        assertThat(user.status()).isEqualTo(200);
        secrets.add(user.text("access_token"));
    }

    private void callWithJwts() {
        String valid = ISSUER.token("tokens:read:github");
        String expired = ISSUER.token(SecretsTest::expired);
        secrets.add(valid);
        secrets.add(expired);
        assertThat(new Service(http, valid).token("9001").status()).isEqualTo(200);
        assertThat(new Service(http, valid).token("nobody").status()).isEqualTo(404);
        assertThat(new Service(http, expired).token("9001").status()).isEqualTo(401);
    }

    private static JWTClaimsSet.Builder expired(JWTClaimsSet.Builder claims) {
        return claims.expirationTime(Date.from(Instant.now().minusSeconds(600)));
    }

    private void callWithInvalidCredentials() {
        String unknown = "an-unknown-key-0123456789";
        secrets.add(unknown);
        assertThat(new Service(http, unknown).token("9001").status()).isEqualTo(401);
        String misplaced = "a-misplaced-key-0123456789";
        unmarked.add(misplaced);
        assertThat(service.get("/oauth/token/github?org_id=9001&min_ttl=" + misplaced)
                        .status())
                .isEqualTo(400);
    }

    private void failCallbacks() {
        List<Page> pages = new ArrayList<>();
        for (Fault fault : List.of(Fault.status(500), Fault.gatewayPage(502), Fault.dropReply(), Fault.rateLimit())) {
            slack.failExchange(fault);
            pages.add(consent("slack", "T0GLOBEX").follow());
        }
        gitHub.failInfo(Fault.status(500).times(5));
        pages.add(consent("github", "9002").follow());
        gitHub.clearFaults();
        Page approved = consent("jira", ACME_SITE);
        pages.add(new Browser().open(approved.location()));
        pages.add(approved.follow());
        pages.add(approved.follow());
        for (String rest : List.of(
                "code=0123456789abcdef0123&state=0123456789abcdefghijklmnopqrstuvwxyz0123456",
                "error=access_denied&state=0123456789abcdefghijklmnopqrstuvwxyz0123456",
                "error=server_error&error_description=a-misplaced-code-0123456789&state=x",
                "code=0123456789abcdef0123")) {
            pages.add(new Browser().open(base + "/oauth/callback/github?" + rest));
        }
        unmarked.add("a-misplaced-code-0123456789");
        secrets.addAll(List.of("0123456789abcdef0123", "0123456789abcdefghijklmnopqrstuvwxyz0123456"));
        pages.forEach(
                page -> responses.add(page.status() + " " + page.document().html()));
    }

    private void signInToThePage() {
        OPENID.reset(base);
        OPENID.grant("viewers");
        Browser person = new Browser();
        assertThat(signIn(person).text()).contains("Signed in as Jane Doe");
        OPENID.grant("guests");
        responses.add(signIn(person).document().html());
        OPENID.change(claims -> claims.audience("another"));
        responses.add(signIn(person).document().html());
        secrets.addAll(OPENID.secrets());
    }

    /** The page where a sign-in at the OpenID provider ends. */
    private Page signIn(Browser person) {
        Page start = person.openWithoutFollowing(base + "/ui/sign-in/oidc");
        Page end = person.openWithoutFollowing(
                person.open(start.location()).pressWithoutFollowing("approve").location());
        Stream.of(start, end)
                .flatMap(page -> page.response().cookies().values().stream())
                .filter(cookie -> !cookie.isEmpty())
                .forEach(secrets::add);
        return end.status() == 303 ? person.open(base + "/") : end;
    }

    private void receiveWebhooks() {
        String external = rows.column(token("github", "9001").text("installation_id"), "external_install_id");
        gitHub.sendWebhooks();
        slack.sendWebhooks();
        gitHub.suspend(external);
        awaitStatus("suspended");
        gitHub.unsuspend(external);
        awaitStatus("active");
        slack.rename("T0ACME", "Renamed");
        String secret = "not-the-webhook-secret";
        secrets.add(secret);
        String body = "{\"action\":\"deleted\"}";
        assertThat(service.webhook("github", SignedHeaders.byGitHub(secret, "installation", body), body)
                        .status())
                .isEqualTo(401);
        assertThat(service.webhook("slack", SignedHeaders.bySlack(secret, Instant.now(), body), body)
                        .status())
                .isEqualTo(401);
    }

    private void awaitStatus(String status) {
        await().atMost(LIMIT)
                .until(() -> !rows.value(
                                "SELECT count(*) FROM oauth_installations WHERE platform = 'github' AND status = :status"
                                        + " AND external_org_id = '9001'",
                                Map.of("status", status))
                        .equals("0"));
    }

    private void claimAndReconcile() {
        gitHub.stopWebhooks();
        gitHub.addAccount(9009, "found", DEVELOPER);
        gitHub.install(9009);
        rows.change("UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp()", Map.of());
        await().atMost(LIMIT)
                .until(() -> rows.value(
                                "SELECT count(*) FROM oauth_installations WHERE external_org_id = '9009'", Map.of())
                        .equals("1"));
        String id = rows.value("SELECT id FROM oauth_installations WHERE external_org_id = '9009'", Map.of());
        assertThat(service.post("/oauth/installations/" + id + "/claim").status())
                .isEqualTo(200);
        secrets.add(token("github", "9009").text("access_token"));
        rows.change("UPDATE oauth_grant_reconciliations SET due_at = clock_timestamp()", Map.of());
        await().atMost(LIMIT)
                .until(() -> rows.value(
                                "SELECT count(*) FROM oauth_grant_reconciliations WHERE platform IN ('jira', 'slack')"
                                        + " AND due_at <= clock_timestamp()",
                                Map.of())
                        .equals("0"));
    }

    private void operate() {
        assertThat(service.get("/oauth/installations?status=all").status()).isEqualTo(200);
        assertThat(service.get("/oauth/platforms").status()).isEqualTo(200);
        assertThat(service.post("/oauth/operations/rewrap").status()).isLessThan(300);
        assertThat(service.post("/oauth/operations/replay", "{\"platform\":\"slack\"}")
                        .status())
                .isLessThan(500);
    }

    private void revoke(String platform, String organisation) {
        String id = token(platform, organisation).text("installation_id");
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);
        assertThat(token(platform, organisation).status()).isEqualTo(404);
    }

    private String metrics() {
        return Objects.requireNonNull(WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + management)
                .build()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** Everything in every topic, headers included. */
    private List<String> events() {
        List<String> events = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new StringDeserializer(),
                new StringDeserializer())) {
            Set<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> !topic.getKey().startsWith("__"))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .collect(Collectors.toSet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> {
                    StringBuilder all = new StringBuilder(record.key() + " " + record.value());
                    record.headers()
                            .forEach(header ->
                                    all.append(' ').append(new String(header.value(), StandardCharsets.UTF_8)));
                    events.add(all.toString());
                });
            }
        }
        return events;
    }

    @Test
    void everyAppenderOfTheServiceRedacts() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(appenders::add);

        assertThat(appenders)
                .isNotEmpty()
                .allSatisfy(appender -> assertThat(((OutputStreamAppender<ILoggingEvent>) appender).getEncoder())
                        .isInstanceOf(RedactingEncoder.class));
    }
}
