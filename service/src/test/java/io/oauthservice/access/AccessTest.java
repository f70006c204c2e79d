package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.DefaultUriBuilderFactory;

/** Authentication and permissions of all routes. */
class AccessTest extends ServiceTestBase {

    /** A new route either requires a caller or is added here. */
    private static final Set<String> OPEN = Set.of(
            "/",
            "/oauth/install/{platform}",
            "/oauth/callback/{platform}",
            "/oauth/webhooks/{platform}",
            "/v3/api-docs",
            "/v3/api-docs.yaml",
            "/v3/api-docs/swagger-config",
            "/swagger-ui.html");

    /** Its callers are identified by sessions. */
    private static final String PAGE = "/ui/";

    /** They lead to a session, and do not exist without an OpenID provider. */
    private static final Set<String> SIGN_IN = Set.of("/ui/sign-in/oidc", "/ui/sign-in/callback");

    @Autowired
    private List<RequestMappingHandlerMapping> mappings;

    private Service acmeOnly;

    @BeforeEach
    void createCallerLimitedToAcme() {
        acmeOnly = new Service(http, "acme-only-key");
    }

    private Stream<Route> closedRoutes() {
        return routes().filter(route -> !OPEN.contains(route.pattern()))
                .filter(route -> !route.pattern().startsWith(PAGE));
    }

    private Stream<Route> routes() {
        return mappings.stream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap(Route::of);
    }

    @Test
    void everyRouteOfThePageRequiresASession() {
        List<Route> page = routes().filter(route -> route.pattern().startsWith(PAGE))
                .filter(route -> !SIGN_IN.contains(route.pattern()))
                .toList();

        assertThat(page).extracting(Route::toString).contains("POST /ui/connect/{platform}");
        WebTestClient browser = http.mutate()
                .uriBuilderFactory(new DefaultUriBuilderFactory(base))
                .build();
        assertThat(page).allSatisfy(route -> {
            var answer = route.call(browser).expectBody(String.class).returnResult();
            if (!Set.of(401, 403).contains(answer.getStatus().value())) {
                assertThat(answer.getResponseBody()).contains("action=\"/ui/sign-in\"");
            }
        });
    }

    @Test
    void everyRouteIsPublicOnPurposeOrRequiresACaller() {
        List<Route> routes = closedRoutes().toList();

        assertThat(routes)
                .extracting(Route::toString)
                .contains("GET /oauth/installations", "GET /oauth/token/{platform}");
        assertThat(routes).allSatisfy(route -> {
            var answer = route.call(http).expectBody(String.class).returnResult();
            assertThat(answer.getStatus().value()).isEqualTo(401);
            assertThat(answer.getResponseHeaders().getFirst("WWW-Authenticate"))
                    .isEqualTo("Bearer realm=\"oauth-service\"");
        });
    }

    @Test
    void everyRouteRequiresAPermission() {
        WebTestClient nobody = http.mutate()
                .defaultHeader("Authorization", "Bearer nobody-key")
                .build();

        assertThat(closedRoutes())
                .allSatisfy(route -> route.call(nobody).expectStatus().isForbidden());
    }

    @Test
    void unmappedPathsRequireACaller() {
        http.get().uri("/oauth/secrets").exchange().expectStatus().isUnauthorized();
        http.get().uri("/actuator/env").exchange().expectStatus().isNotFound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "bearer a.b.c"})
    void anUnknownKeyIsRejectedAsInRfc6750(String credentials) {
        assertRejected(credentials, "Bearer realm=\"oauth-service\", error=\"invalid_token\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer", "Bearer ", "Basic bG9jYWwtZGV2LWtleTo=", "local-dev-key", "bearer\tlocal-dev-key"})
    void credentialsOfAnotherSchemeAreRejected(String credentials) {
        assertRejected(credentials, "Bearer realm=\"oauth-service\"");
    }

    private void assertRejected(String credentials, String challenge) {
        http.get()
                .uri("/oauth/installations")
                .header("Authorization", credentials)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals("WWW-Authenticate", challenge)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:oauth-service:problem:unauthenticated");
    }

    @Test
    void theSchemeMatchesInAnyCase() {
        http.get()
                .uri("/oauth/installations")
                .header("Authorization", "BEARER local-dev-key")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aCallerThatReadsTokensMayNotList() {
        Service reader = new Service(http, "github-reader-key");
        connect(ACME);

        assertThat(reader.token(ACME).status()).isEqualTo(200);
        Answer list = reader.get("/oauth/installations");
        assertThat(list.status()).isEqualTo(403);
        assertThat(list.problem()).isEqualTo("forbidden");
    }

    @Test
    void aCallerThatListsGetsNoToken() {
        Service lister = new Service(http, "lister-key");
        String id = connect(ACME);

        assertThat(lister.installations()).hasSize(1);
        assertThat(lister.token(ACME).status()).isEqualTo(403);
        assertThat(lister.delete("/oauth/installations/" + id).status()).isEqualTo(403);
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void aLimitedCallerGetsItsOwnTokens() {
        String id = connect(ACME);

        assertThat(acmeOnly.token(ACME).status()).isEqualTo(200);
        assertThat(acmeOnly.token("acme").status()).isEqualTo(200);
        assertThat(acmeOnly.get("/oauth/token/github?installation_id=" + id).status())
                .isEqualTo(200);
    }

    @Test
    void aLimitedCallerCannotDetectOtherOrganisations() {
        String id = connect(GLOBEX);
        String unknownId = "00000000-0000-4000-8000-000000000000";

        List<Answer> answers = List.of(
                acmeOnly.token(GLOBEX),
                acmeOnly.token("globex"),
                acmeOnly.token("4711"),
                acmeOnly.token("nobody"),
                acmeOnly.get("/oauth/token/github?installation_id=" + id),
                acmeOnly.get("/oauth/token/github?installation_id=" + unknownId));

        Map<String, Object> first = answers.getFirst().body();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo(first);
        });
    }

    @Test
    void aLimitedCallerListsAndRevokesOnlyItsOwn() {
        String own = connect(ACME);
        String other = connect(GLOBEX);

        assertThat(acmeOnly.installations()).extracting("id").containsExactly(own);
        assertThat(acmeOnly.get("/oauth/installations?status=all&org_id=" + GLOBEX)
                        .body())
                .containsEntry("installations", List.of());
        assertThat(acmeOnly.get("/oauth/installations/" + own).status()).isEqualTo(200);
        assertThat(acmeOnly.get("/oauth/installations/" + other).status()).isEqualTo(404);
        assertThat(acmeOnly.delete("/oauth/installations/" + other).status()).isEqualTo(404);
        assertThat(service.token(GLOBEX).status()).isEqualTo(200);
    }

    /** A mapped route. */
    private record Route(HttpMethod method, String pattern) {

        /** A request that is invalid for any caller. */
        private static final String WELL_FORMED =
                "{\"org_id\":\"4711\",\"fingerprint\":\"sha256:00000000000000000000000000000000\"}";

        static Stream<Route> of(RequestMappingInfo mapping) {
            Set<RequestMethod> declared = mapping.getMethodsCondition().getMethods();
            Set<RequestMethod> methods = declared.isEmpty() ? Set.of(RequestMethod.GET) : declared;
            return mapping.getPatternsCondition().getPatterns().stream()
                    .flatMap(pattern -> methods.stream()
                            .map(method -> new Route(method.asHttpMethod(), pattern.getPatternString())));
        }

        WebTestClient.ResponseSpec call(WebTestClient as) {
            String path = pattern.replace("{platform}", "github")
                    .replaceAll("\\{[^}]+}", "00000000-0000-4000-8000-000000000000");
            WebTestClient.RequestBodySpec request = as.method(method).uri(path + "?org_id=4711");
            return method.equals(HttpMethod.POST)
                    ? request.contentType(MediaType.APPLICATION_JSON)
                            .bodyValue(WELL_FORMED)
                            .exchange()
                    : request.exchange();
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }
}
