package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.EventStream;
import io.oauthservice.LogCapture;
import io.oauthservice.PageTestBase;
import io.oauthservice.access.StubIssuer;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Sign-in at an OpenID provider, and the session that it opens. */
@TestPropertySource(
        properties = {
            "oauth.dashboard.oidc.display-name=Acme <ID>",
            "oauth.dashboard.oidc.roles-claim=access.roles",
            "oauth.dashboard.oidc.roles[Platform\\ Admins].permissions=installations:read,installations:write,audit:read",
            "oauth.dashboard.oidc.roles[Platform\\ Admins].organisations=all",
            "oauth.dashboard.oidc.roles.viewers.permissions=installations:read",
            "oauth.dashboard.oidc.roles.viewers.organisations=all",
            "oauth.dashboard.oidc.roles.acme.permissions=installations:read,installations:write",
            "oauth.dashboard.oidc.roles.acme.organisations=9001"
        })
class OidcSignInTest extends PageTestBase {

    private static final StubOpenIdProvider PROVIDER = new StubOpenIdProvider();
    private static final String START = "/ui/sign-in/oidc";
    private static final String CALLBACK = "/ui/sign-in/callback";
    private static final String COOKIE = "oauth_sign_in";

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) {
        properties.add("OAUTH_DASHBOARD_OIDC_ISSUER", PROVIDER::url);
        properties.add("OAUTH_DASHBOARD_OIDC_CLIENT_ID", () -> StubOpenIdProvider.CLIENT_ID);
        properties.add("OAUTH_DASHBOARD_OIDC_CLIENT_SECRET", () -> StubOpenIdProvider.CLIENT_SECRET);
    }

    @AfterAll
    static void stopTheProvider() {
        PROVIDER.close();
    }

    @BeforeEach
    void endAllSessions() {
        rows.change("DELETE FROM oauth_sessions", Map.of());
        PROVIDER.reset(base);
        PROVIDER.grant("Platform Admins");
    }

    /** The provider's page, after a click on the link of the sign-in form. */
    private Page atProvider(String path) {
        String link = open(path).document().select("a.button").attr("href");
        return open(link);
    }

    private Page signInAtProvider() {
        return atProvider("/").press("approve");
    }

    /** Where the provider sends the browser. */
    private String answer() {
        return atProvider("/").pressWithoutFollowing("approve").location();
    }

    private void assertNotSignedIn(Page page, int status, String text) {
        assertThat(page.status()).isEqualTo(status);
        assertThat(page.heading()).isEqualTo("The action failed");
        assertThat(page.text()).contains(text);
        assertThat(page.response().contentType()).startsWith("text/html");
        assertThat(sessions()).isZero();
    }

    private long sessions() {
        return Long.parseLong(rows.value("SELECT count(*) FROM oauth_sessions", Map.of()));
    }

    @Test
    void aPersonSignsInAndSeesTheirName() {
        Page page = signInAtProvider();

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.url()).isEqualTo(base + "/");
        assertThat(page.text()).contains("Signed in as Jane Doe");
        assertThat(rows.value(
                        "SELECT concat_ws(' ', issuer, subject, roles, display_name, key_sha256) FROM oauth_sessions",
                        Map.of()))
                .isEqualTo(PROVIDER.url() + " 248289761001 {\"Platform Admins\"} Jane Doe");
    }

    @Test
    void theFormOffersTheProviderUnderItsName() {
        assertThat(open("/").document().select("a.button.primary").text()).isEqualTo("Sign in with Acme <ID>");
        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    @Test
    void theSessionHasANewIdAndTheOneBeforeEnds() {
        signIn();
        String before = rows.value("SELECT id FROM oauth_sessions", Map.of());

        Page page = signInAtProviderFrom(START);

        assertThat(page.text()).contains("Signed in as Jane Doe");
        assertThat(sessions()).isOne();
        assertThat(rows.value("SELECT id FROM oauth_sessions", Map.of())).isNotEqualTo(before);
    }

    private Page signInAtProviderFrom(String path) {
        return open(path).press("approve");
    }

    @Test
    void thePageThatWasAskedForIsShown() {
        assertThat(atProvider("/?q=a%20b&status=all").press("approve").url()).isEqualTo(base + "/?q=a%20b&status=all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/",
                "//evil.example.com",
                "/ui/sign-out",
                "%0d%0aX:y",
                "/ui/sign-in/oidc"
            })
    void anotherAddressIsReplacedByTheList(String address) {
        assertThat(signInAtProviderFrom(START + "?return_to=" + address).url()).isEqualTo(base + "/");
    }

    @Test
    void aTargetThatWasChangedInTheCookieIsReplacedByTheList() {
        Page start = browser.openWithoutFollowing(base + START);
        String cookie = Objects.requireNonNull(start.response().cookie(COOKIE));
        String random = cookie.substring(0, cookie.indexOf('.') + 1);

        assertThat(PendingSignIn.parse(random + "aHR0cHM6Ly9ldmlsLmV4YW1wbGUuY29t"))
                .hasValueSatisfying(pending -> assertThat(pending.returnTo()).isEqualTo("/"));
        assertThat(PendingSignIn.parse(random + "!!!"))
                .hasValueSatisfying(pending -> assertThat(pending.returnTo()).isEqualTo("/"));
        assertThat(PendingSignIn.parse("x." + random)).isEmpty();
    }

    @Test
    void theCookieEndsAfterTenMinutesOrWithTheSignIn() {
        Page start = browser.openWithoutFollowing(base + START);

        assertThat(start.response().header("Set-Cookie"))
                .matches(COOKIE + "=[\\w-]{43}\\.[\\w-]+;.*")
                .contains("Max-Age=600", "HTTPOnly", "SameSite=Lax", "Path=/")
                .doesNotContain("Domain");
        assertThat(start.location())
                .doesNotContain(Objects.requireNonNull(start.response().cookie(COOKIE)));

        Page end = browser.openWithoutFollowing(
                browser.open(start.location()).pressWithoutFollowing("approve").location());

        assertThat(end.status()).isEqualTo(303);
        assertThat(end.response().headers("Set-Cookie"))
                .anyMatch(cookie -> cookie.startsWith(COOKIE + "=;") && cookie.contains("Max-Age=0"));
    }

    @Test
    void theRolesDecideWhatAPersonMayDo() {
        connect(ACME);
        connect(GLOBEX);

        PROVIDER.grant("viewers", "unknown");
        Page viewer = signInAtProvider();
        assertThat(viewer.text()).contains("acme", "globex");
        assertThat(viewer.document().select("form[action^=/ui/connect]")).isEmpty();

        PROVIDER.grant("acme");
        Page member = signInAtProviderFrom(START);
        assertThat(member.text()).contains("acme").doesNotContain("globex");
        assertThat(member.document().select("form[action^=/ui/connect]")).isNotEmpty();
    }

    @Test
    void theActorOfWhatAPersonDoesIsTheirSubject() {
        String id = connect(ACME);
        signInAtProvider();

        open("/ui/installations/" + id).submit("/ui/installations/" + id + "/disconnect");

        assertThat(rows.column(id, "status")).isEqualTo("revoked");
        assertThat(service.get("/oauth/audit?actor=oidc:248289761001").body().toString())
                .contains(id);
    }

    @Test
    void aPersonWithoutARoleSeesWhatIsMissing() {
        PROVIDER.grant("guests", "PLATFORM ADMINS");

        assertNotSignedIn(
                signInAtProvider(),
                403,
                "none of your roles gives access to this page. Ask an operator of this service."
                        + " It reads your roles from the claim access.roles.");
    }

    @ParameterizedTest
    @MethodSource("claimsOfAnotherForm")
    void claimsOfAnotherFormAreNoRoles(UnaryOperator<JWTClaimsSet.Builder> claims) {
        PROVIDER.change(claims);

        assertNotSignedIn(signInAtProvider(), 403, "none of your roles");
    }

    static Stream<Named<UnaryOperator<JWTClaimsSet.Builder>>> claimsOfAnotherForm() {
        return Stream.of(
                changed("empty list", claims -> claims.claim("access", Map.of("roles", List.of()))),
                changed("object", claims -> claims.claim("access", Map.of("roles", Map.of("viewers", true)))),
                changed("nested list", claims -> claims.claim("access", Map.of("roles", List.of(List.of("viewers"))))),
                changed("text with several", claims -> claims.claim("access", Map.of("roles", "viewers acme"))));
    }

    @ParameterizedTest
    @MethodSource
    void aClaimThatIsMissingIsNamed(UnaryOperator<JWTClaimsSet.Builder> claims) {
        PROVIDER.change(claims);

        assertNotSignedIn(signInAtProvider(), 403, "its ID token has no claim access.roles");
    }

    static Stream<Named<UnaryOperator<JWTClaimsSet.Builder>>> aClaimThatIsMissingIsNamed() {
        return Stream.of(
                changed("none", claims -> claims),
                changed("text on the way", claims -> claims.claim("access", "viewers")),
                changed("another claim", claims -> claims.claim("roles", List.of("viewers"))));
    }

    private static Named<UnaryOperator<JWTClaimsSet.Builder>> changed(
            String name, UnaryOperator<JWTClaimsSet.Builder> change) {
        return Named.of(name, change);
    }

    @Test
    void aRoleMayBeOneTextAndTheClaimsNameMayContainDots() {
        PROVIDER.change(claims -> claims.claim("access.roles", "viewers"));

        assertThat(signInAtProvider().text()).contains("Signed in as Jane Doe");
    }

    @ParameterizedTest
    @MethodSource("invalidClaims")
    void anIdTokenWithOtherClaimsIsRejected(UnaryOperator<JWTClaimsSet.Builder> claims) {
        PROVIDER.change(builder -> claims.apply(builder.claim("access", Map.of("roles", List.of("viewers")))));

        assertNotSignedIn(signInAtProvider(), 403, "The answer of the identity provider is not valid");
    }

    static Stream<Named<UnaryOperator<JWTClaimsSet.Builder>>> invalidClaims() {
        Instant now = Instant.now();
        String client = StubOpenIdProvider.CLIENT_ID;
        return Stream.of(
                changed("wrong nonce", claims -> claims.claim("nonce", "n".repeat(64))),
                changed("no nonce", claims -> claims.claim("nonce", null)),
                changed("number as nonce", claims -> claims.claim("nonce", 7)),
                changed("wrong audience", claims -> claims.audience("another")),
                changed("no audience", claims -> claims.audience(List.of())),
                changed("audience of several", claims -> claims.audience(List.of(client, "another"))),
                changed("another party", claims -> claims.claim("azp", "another")),
                changed("wrong issuer", claims -> claims.issuer("https://elsewhere.example.com")),
                changed("expired", claims -> claims.expirationTime(Date.from(now.minusSeconds(60)))),
                changed("no expiry", claims -> claims.expirationTime(null)),
                changed("old", claims -> claims.issueTime(Date.from(now.minusSeconds(900)))),
                changed("of the future", claims -> claims.issueTime(Date.from(now.plusSeconds(900)))),
                changed("no subject", claims -> claims.subject(null)),
                changed("blank subject", claims -> claims.subject(" ")),
                changed("long subject", claims -> claims.subject("s".repeat(251))),
                changed("control character", claims -> claims.subject("a\u0000b")),
                changed("other direction", claims -> claims.subject("a\u202Eb")));
    }

    @Test
    void anAudienceOfSeveralNeedsItsParty() {
        PROVIDER.change(claims -> claims.audience(List.of(StubOpenIdProvider.CLIENT_ID, "another"))
                .claim("azp", StubOpenIdProvider.CLIENT_ID)
                .claim("access", Map.of("roles", "viewers")));

        assertThat(signInAtProvider().text()).contains("Signed in as Jane Doe");
    }

    @ParameterizedTest
    @MethodSource("invalidSignatures")
    void anIdTokenWithAnotherSignatureIsRejected(Function<JWTClaimsSet, String> signature) {
        PROVIDER.signBy(signature);

        assertNotSignedIn(signInAtProvider(), 403, "The answer of the identity provider is not valid");
    }

    static Stream<Named<Function<JWTClaimsSet, String>>> invalidSignatures() {
        byte[] publicKey = PROVIDER.key().toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                Named.of("none", claims -> new PlainJWT(claims).serialize()),
                Named.of(
                        "shared secret",
                        claims -> PROVIDER.sign(
                                claims, new OctetSequenceKey.Builder(publicKey).build(), JWSAlgorithm.HS256)),
                Named.of(
                        "client secret",
                        claims -> PROVIDER.sign(
                                claims,
                                new OctetSequenceKey.Builder(
                                                StubOpenIdProvider.CLIENT_SECRET.getBytes(StandardCharsets.UTF_8))
                                        .build(),
                                JWSAlgorithm.HS256)),
                Named.of("other key", claims -> PROVIDER.sign(claims, StubIssuer.rsa(), JWSAlgorithm.RS256)),
                Named.of("no token", claims -> "e30.e30.e30"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheTokenEndpoint")
    void aFailureOfTheProviderIsReported(Outcome reply) {
        PROVIDER.replyWith(reply);

        Page page = signInAtProvider();

        assertNotSignedIn(page, 503, "Sign-in is not possible at the moment");
        assertThat(page.response().header("Retry-After")).isEqualTo("5");
    }

    static Stream<Named<Outcome>> failuresOfTheTokenEndpoint() {
        return Stream.of(
                Named.of("error", Reply.json(500, "{}")),
                Named.of("page", Reply.html(200, "<h1>Maintenance</h1>")),
                Named.of("array", Reply.json(200, "[]")),
                Named.of("no ID token", Reply.json(200, "{\"access_token\":\"x\"}")),
                Named.of("redirect", new Reply(302, Map.of("Location", "/token"), "", null, null, null)),
                Named.of("credentials rejected", Reply.json(401, "{\"error\":\"invalid_client\"}")),
                Named.of("closed connection", new Outcome.ClosedConnection()),
                Named.of("huge", Reply.json(200, "{\"id_token\":\"" + "a".repeat(300_000) + "\"}")),
                Named.of(
                        "slow",
                        new Outcome.SlowReply(Reply.json(200, "{\"id_token\":\"a\"}"), Duration.ofSeconds(20))));
    }

    @Test
    void aRepeatedCallbackOpensNoSession() {
        String answer = answer();
        browser.openWithoutFollowing(answer);
        rows.change("DELETE FROM oauth_sessions", Map.of());

        assertNotSignedIn(browser.open(answer), 400, "it was already completed");
    }

    @Test
    void aCodeIsRedeemedOnce() {
        Page start = browser.openWithoutFollowing(base + START);
        String cookie = Objects.requireNonNull(start.response().cookie(COOKIE));
        String answer =
                browser.open(start.location()).pressWithoutFollowing("approve").location();
        browser.openWithoutFollowing(answer);

        http.get()
                .uri(URI.create(answer))
                .cookie(COOKIE, cookie)
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void theStateOfAnotherBrowserIsRejectedAndNotConsumed() {
        String answer = answer();
        Browser other = new Browser();

        assertNotSignedIn(other.open(answer), 400, "not started in this browser");
        other.openWithoutFollowing(base + START);
        assertNotSignedIn(other.open(answer), 400, "not started in this browser");

        assertThat(browser.open(answer).text()).contains("Signed in as Jane Doe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?code=x", "?state=x&code=x", "?state=x&state=x&code=x", "?error=access_denied"})
    void aCallbackWithoutASignInIsRejected(String query) {
        assertNotSignedIn(open(CALLBACK + query), 400, "not started in this browser");
        browser.openWithoutFollowing(base + START);
        assertNotSignedIn(open(CALLBACK + query), 400, "not started in this browser");
    }

    @Test
    void theAnswerOfAnotherIssuerIsRejected() {
        PROVIDER.answerAs("https://elsewhere.example.com");

        assertNotSignedIn(signInAtProvider(), 400, "Another identity provider has answered");
    }

    @Test
    void aPersonWhoDeclinesIsNotSignedIn() {
        Page page = atProvider("/").press("deny");

        assertNotSignedIn(page, 403, "The identity provider has not signed you in");
        assertThat(page.text()).doesNotContain("Not today");
    }

    @ParameterizedTest
    @ValueSource(strings = {"roles = '{guests}'", "roles = '{}'", "issuer = 'https://elsewhere.example.com'"})
    void aSessionIsOfNoUseWhileTheSettingsGiveItsRolesNoPermission(String change) {
        signInAtProvider();

        rows.change("UPDATE oauth_sessions SET " + change, Map.of());

        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    /** Until a roll-out of new roles is complete, replicas disagree about them. */
    @Test
    void aReplicaWithoutTheRoleEndsNoSession() {
        signInAtProvider();
        rows.change("UPDATE oauth_sessions SET roles = '{new}'", Map.of());
        assertThat(open("/").document().select("input#key")).hasSize(1);

        rows.change("UPDATE oauth_sessions SET roles = '{Platform Admins}'", Map.of());

        assertThat(open("/").text()).contains("Signed in as Jane Doe");
    }

    @Test
    void anErasureSignsThePersonOut() {
        signInAtProvider();

        assertThat(service.post("/oauth/operations/erase", "{\"actor\":\"oidc:248289761001\"}")
                        .status())
                .isEqualTo(202);

        assertThat(sessions()).isZero();
        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    @Test
    void aStreamEndsWhenTheSettingsGiveTheRolesNoPermission() throws Exception {
        String cookie = "oauth_session="
                + browser.openWithoutFollowing(answer()).response().cookie("oauth_session");
        try (EventStream stream = EventStream.ofPage(base, cookie)) {
            stream.next("ready");

            rows.change("UPDATE oauth_sessions SET roles = '{guests}'", Map.of());

            assertThat(stream.next("end").data()).contains("revoked");
        }
    }

    @Test
    void signOutEndsTheSession() {
        signInAtProvider().submit("/ui/sign-out");

        assertThat(sessions()).isZero();
        assertThat(open("/").document().select("input#key")).hasSize(1);
    }

    @Test
    void aFormWithoutTheTokenOfItsBrowserIsRejected() {
        Page mine = signInAtProvider();
        mine.document().select("input[name=csrf]").val("f".repeat(64));

        assertThat(mine.submit("/ui/sign-out").status()).isEqualTo(403);
        assertThat(sessions()).isOne();
    }

    @Test
    void namesOfPeopleAreText() {
        PROVIDER.change(claims ->
                claims.claim("name", "\"><img src=x onerror=hacked=1>").claim("access", Map.of("roles", "viewers")));

        Page page = signInAtProvider();

        assertThat(page.document().select("img")).isEmpty();
        assertThat(page.document().select(".banner bdi").text()).isEqualTo("\"><img src=x onerror=hacked=1>");
    }

    @Test
    void aNameThatCannotBeShownIsReplacedByTheNextOne() {
        PROVIDER.change(claims -> claims.subject("<sub>'|& 1")
                .claim("name", "\u202Eenod\u0000")
                .claim("preferred_username", List.of("jane"))
                .claim("email", "e".repeat(101))
                .claim("access", Map.of("roles", "viewers")));

        assertThat(signInAtProvider().document().select(".banner bdi").text()).isEqualTo("<sub>'|& 1");
    }

    @Test
    void theLogContainsNoSecretOfASignIn() {
        try (LogCapture log = LogCapture.start()) {
            String answer = answer();
            String code = answer.replaceAll(".*[?&]code=([^&]+).*", "$1");
            browser.open(answer);
            browser.open(answer);
            PROVIDER.replyWith(Reply.json(400, "{\"error\":\"x\",\"error_description\":\"" + code + "\"}"));
            signInAtProviderFrom(START);

            assertThat(log.text())
                    .contains("Signed in: client=oidc:248289761001")
                    .doesNotContain(PROVIDER.secrets())
                    .doesNotContain(StubOpenIdProvider.CLIENT_SECRET);
        }
    }
}
