package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.PageTestBase;
import io.oauthservice.access.Callers;
import io.oauthservice.core.Secret;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;

/** Sign-in with an API key, and the session that it opens. */
class SignInTest extends PageTestBase {

    private static final String COOKIE = "oauth_session";

    @Autowired
    private SessionCookie cookie;

    @Autowired
    private Sessions stored;

    @Autowired
    private BrowserSessions browsers;

    @Autowired
    private Callers callers;

    @Autowired
    private SignInPage form;

    @BeforeEach
    void deleteSessions() {
        rows.change("DELETE FROM oauth_sessions", Map.of());
    }

    @Test
    void aBrowserThatIsNotSignedInSeesTheForm() {
        Page page = open("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.document().select("input#key").attr("type")).isEqualTo("password");
        assertThat(page.document().html()).doesNotContain(LocalProperties.API_KEY);
        assertThat(page.response().header("Set-Cookie"))
                .matches(COOKIE + "=[\\w-]{43};.*")
                .containsIgnoringCase("; Path=/")
                .containsIgnoringCase("; HttpOnly")
                .containsIgnoringCase("; SameSite=Lax")
                .doesNotContainIgnoringCase("Secure", "Domain", "Max-Age");
    }

    @Test
    void onHttpsTheCookieBelongsToThisHostAndIsSecure() {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

        new SessionCookie(new PublicAddress(URI.create("https://connect.example.com"), List.of())).renew(exchange);

        assertThat(exchange.getResponse().getCookies().getFirst("__Host-" + COOKIE))
                .satisfies(secure -> assertThat(secure.isSecure()).isTrue());
    }

    @Test
    void aValidKeyOpensASessionUnderANewId() {
        Page form = open("/");
        String before = Objects.requireNonNull(form.response().cookie(COOKIE));

        Page page = form.type("key", LocalProperties.API_KEY).submitWithoutFollowing("/ui/sign-in");

        assertThat(page.status()).isEqualTo(303);
        String id = Objects.requireNonNull(page.response().cookie(COOKIE));
        assertThat(id).isNotEqualTo(before);
        assertThat(rows.value("SELECT id || ' ' || key_sha256 FROM oauth_sessions", Map.of()))
                .isEqualTo(Secret.of(id).sha256() + " "
                        + Secret.of(LocalProperties.API_KEY).sha256());
        assertThat(open("/").text()).contains("Signed in as local-dev");
    }

    @Test
    void aWrongKeyIsExplained() {
        Page page = signIn("wrong");

        assertThat(page.status()).isEqualTo(403);
        assertThat(page.document().select("[role=alert]").text()).startsWith("This API key is not valid");
        assertThat(page.document().html()).doesNotContain("wrong");
        assertThat(sessions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/sign-in", "/ui/sign-out", "/ui/connect/github"})
    void aMalformedFormIsRejected(String path) {
        http.post()
                .uri(path)
                .cookie(COOKIE, "x".repeat(43))
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("csrf=%zz")
                .exchange()
                .expectStatus()
                .isEqualTo(400)
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_HTML);
    }

    @Test
    void afterTenFailuresSignInIsPausedForAMinute() {
        SignInLimit exhausted = new SignInLimit(Clock.systemUTC());
        IntStream.range(0, 10).forEach(failure -> exhausted.recordFailure());
        SignInController controller = new SignInController(cookie, browsers, callers, exhausted, form);

        ResponseEntity<String> paused = Objects.requireNonNull(controller
                .signIn(MockServerWebExchange.from(MockServerHttpRequest.post("/ui/sign-in")
                        .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                        .body("key=" + LocalProperties.API_KEY)))
                .block());

        assertThat(paused.getStatusCode().value()).isEqualTo(429);
        assertThat(paused.getBody()).contains("Too many sign-ins have failed");
        assertThat(Integer.parseInt(Objects.requireNonNull(paused.getHeaders().getFirst("Retry-After"))))
                .isBetween(1, 61);
        assertThat(sessions()).isZero();
    }

    @Test
    void theAddressIsKept() {
        String address = "/ui/installations/5e3a2b1c-0000-4000-8000-000000000000?connected=github";

        Page page = open(address);

        assertThat(page.document().select("h1").text()).isEqualTo("OAuth Service");
        assertThat(page.type("key", LocalProperties.API_KEY)
                        .submitWithoutFollowing("/ui/sign-in")
                        .location())
                .isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/",
                "//evil.example.com",
                "/\\evil.example.com",
                "/ui/sign-out",
                "/oauth/install/github",
                "/?a=%0d%0a%zz",
                "javascript:alert(1)"
            })
    void anotherAddressIsReplacedByTheList(String address) {
        assertThat(SavedRequest.checkedReturnTo(address)).isEqualTo("/");
    }

    @Test
    void signOutEndsTheSession() {
        Page page = signIn();

        Page out = page.submit("/ui/sign-out");

        assertThat(out.document().select("input#key")).hasSize(1);
        assertThat(sessions()).isZero();
        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    @Test
    void anExpiredSessionLeadsToTheFormAndIsDeleted() {
        signIn();
        rows.change("UPDATE oauth_sessions SET expires_at = clock_timestamp() - INTERVAL '1 second'", Map.of());

        assertThat(open("/?status=all")
                        .document()
                        .select("input[name=return_to]")
                        .val())
                .isEqualTo("/?status=all");
        stored.expired().deleteSome().block();
        assertThat(sessions()).isZero();
    }

    @Test
    void aRequestExtendsTheSessionUpToItsEnd() {
        signIn();
        rows.change(
                "UPDATE oauth_sessions SET expires_at = clock_timestamp() + INTERVAL '5 minutes',"
                        + " ends_at = clock_timestamp() + INTERVAL '20 minutes'",
                Map.of());

        open("/");

        assertThat(rows.value("SELECT expires_at = ends_at FROM oauth_sessions", Map.of()))
                .isEqualTo("true");
    }

    @Test
    void aSessionEndsWithItsKey() {
        signIn();
        rows.change("UPDATE oauth_sessions SET key_sha256 = repeat('0', 64)", Map.of());

        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    @Test
    void theSessionIsNoCredentialOfTheApi() {
        String id = Objects.requireNonNull(open("/")
                .type("key", LocalProperties.API_KEY)
                .submitWithoutFollowing("/ui/sign-in")
                .response()
                .cookie(COOKIE));

        http.get()
                .uri("/oauth/installations")
                .cookie(COOKIE, id)
                .exchange()
                .expectStatus()
                .isUnauthorized();
        http.get().uri(base + "/").cookie(COOKIE, id).exchange().expectStatus().isOk();
    }

    @Test
    void anApiKeyIsNoCredentialOfThePage() {
        http.get()
                .uri(base + "/")
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + LocalProperties.API_KEY)
                .exchange()
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("name=\"key\""));
    }

    @Test
    void aFormWithoutTheTokenOfItsBrowserIsRejected() {
        Page mine = signIn();
        String others = new Browser()
                .open(base + "/")
                .document()
                .select("input[name=csrf]")
                .val();
        mine.document().select("input[name=csrf]").val(others);

        Page rejected = mine.submit("/ui/sign-out");

        assertThat(rejected.status()).isEqualTo(403);
        assertThat(rejected.heading()).isEqualTo("The action failed");
        assertThat(sessions()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"Origin, https://evil.example.com", "Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site"})
    void aFormOfAnotherSiteIsRejected(String header, String value) {
        Page signedIn = open("/").type("key", LocalProperties.API_KEY).submitWithoutFollowing("/ui/sign-in");
        String id = Objects.requireNonNull(signedIn.response().cookie(COOKIE));
        String token = open("/").document().select("input[name=csrf]").val();

        RequestHeadersSpec<?> request = http.post()
                .uri(base + "/ui/sign-out")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue("csrf=" + token)
                .cookie(COOKIE, id);

        request.header(header, value).exchange().expectStatus().isForbidden();
        assertThat(sessions()).isOne();
    }

    @Test
    void aFormThatIsSentAfterTheSessionHasEndedLeadsToItsPage() {
        String id = rows.insert("github", ACME, "acme", "active");
        signIn();
        Page page = open("/ui/installations/" + id);
        rows.change("DELETE FROM oauth_sessions", Map.of());

        Page form = page.submit("/ui/installations/" + id + "/disconnect");

        assertThat(form.status()).isEqualTo(403);
        assertThat(form.document().select("input[name=return_to]").val()).isEqualTo("/ui/installations/" + id);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/list", "/ui/stream", "/ui/installations/00000000-0000-0000-0000-000000000000/current"})
    void aPartOfAnExpiredSessionMakesThePageLoadTheForm(String part) {
        http.get()
                .uri(base + part)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("HX-Refresh", "true");
    }

    @Test
    void anOpenPageDoesNotExtendItsSession() {
        signIn();
        rows.change("UPDATE oauth_sessions SET expires_at = clock_timestamp() + INTERVAL '5 minutes'", Map.of());

        assertThat(open("/ui/list").status()).isEqualTo(200);

        assertThat(rows.value(
                        "SELECT expires_at < clock_timestamp() + INTERVAL '5 minutes' FROM oauth_sessions", Map.of()))
                .isEqualTo("true");
    }

    @Test
    void thePageIsAtTheCallbacksHost() {
        Page page = browser.openWithoutFollowing(base.replace("127.0.0.1", "localhost") + "/?status=all");

        assertThat(page.status()).isEqualTo(302);
        assertThat(page.location()).isEqualTo(base + "/?status=all");
    }

    private long sessions() {
        return Long.parseLong(rows.value("SELECT count(*) FROM oauth_sessions", Map.of()));
    }
}
