package io.oauthservice.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.core.Secret;
import io.oauthservice.local.LocalProperties;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and responses of the token endpoint if nothing has to be refreshed. */
class TokenEndpointTest extends ServiceTestBase {

    @Test
    void theResponseDescribesTheToken() {
        String id = connect(ACME);

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().getCacheControl()).isEqualTo("no-store");
        assertThat(answer.body())
                .containsOnlyKeys(
                        "access_token",
                        "token_type",
                        "expires_at",
                        "issued_at",
                        "platform",
                        "installation_id",
                        "org_id",
                        "org_name",
                        "scopes",
                        "missing_scopes",
                        "permissions",
                        "orgs",
                        "token_version",
                        "fingerprint")
                .containsEntry("token_type", "Bearer")
                .containsEntry("platform", "github")
                .containsEntry("installation_id", id)
                .containsEntry("org_id", ACME)
                .containsEntry("org_name", "acme")
                .containsEntry("scopes", List.of())
                .containsEntry("missing_scopes", List.of())
                .containsEntry("token_version", 1)
                .containsEntry(
                        "fingerprint", Secret.of(answer.text("access_token")).fingerprint());
        assertThat(answer.body().get("permissions"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
                .containsEntry("contents", "read")
                .containsEntry("issues", "write");
        assertThat(answer.body().get("orgs"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .singleElement()
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, String.class))
                .containsOnlyKeys("id", "name", "url")
                .containsEntry("id", ACME);
        Duration life = Duration.between(instant(answer, "issued_at"), instant(answer, "expires_at"));
        assertThat(life).isCloseTo(Duration.ofHours(1), Duration.ofSeconds(5));
    }

    private static Instant instant(Answer answer, String field) {
        return Instant.parse(answer.text(field));
    }

    @Test
    void anOrganisationIsFoundByItsIdItsNameInAnyCaseOrItsInstallation() {
        String id = connect(ACME);
        String token = service.token(ACME).text("access_token");

        for (String query :
                List.of("org_id=acme", "org_id=AcMe", "org_name=acme", "org_name=ACME", "installation_id=" + id)) {
            Answer answer = service.get("/oauth/token/github?" + query);

            assertThat(answer.status()).as(query).isEqualTo(200);
            assertThat(answer.body()).containsEntry("access_token", token).containsEntry("org_id", ACME);
        }
    }

    @Test
    void aNameOfTwoOrganisationsIsAmbiguousAndTheirIdsAreListed() {
        connect(ACME);
        connect(GLOBEX);
        rows.change("UPDATE oauth_installation_orgs SET name = 'ACME' WHERE org_id = :org", Map.of("org", GLOBEX));

        Answer answer = service.token("acme");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("ambiguous-organisation");
        assertThat(answer.body()).containsEntry("candidates", List.of(ACME, GLOBEX));
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void onlyCandidatesThatTheCallerMaySeeAreListed() {
        connect(ACME);
        connect(GLOBEX);
        rows.change("UPDATE oauth_installation_orgs SET name = 'acme' WHERE org_id = :org", Map.of("org", GLOBEX));

        Answer answer = new Service(http, "acme-only-key").token("acme");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).containsEntry("candidates", List.of(ACME));
    }

    @Test
    void anIdIsNotAnotherOrganisationsName() {
        connect(ACME);
        connect(GLOBEX);
        rows.change(
                "UPDATE oauth_installation_orgs SET name = :acme WHERE org_id = :globex",
                Map.of("acme", ACME, "globex", GLOBEX));

        assertThat(service.token(ACME).text("org_id")).isEqualTo(ACME);
    }

    @Test
    void anIdThatIsNotConnectedIsNotANameEither() {
        connect(ACME);
        rows.change("UPDATE oauth_installation_orgs SET name = :globex", Map.of("globex", GLOBEX));

        assertThat(service.token(GLOBEX).problem()).isEqualTo("not-connected");
        assertThat(service.get("/oauth/token/github?org_name=" + GLOBEX).text("org_id"))
                .isEqualTo(ACME);
    }

    @Test
    void anIdIsNotFoundByName() {
        connect(ACME);

        assertThat(service.get("/oauth/token/github?org_name=" + ACME).problem())
                .isEqualTo("not-connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"needs_reconnect", "suspended", "pending_approval", "unclaimed"})
    void aNameBelongsToAGrantUntilItIsRevoked(String status) {
        connect(ACME);
        rows.insert("github", GLOBEX, "acme", status);

        assertThat(service.get("/oauth/token/github?org_name=acme").body())
                .containsEntry("candidates", List.of(ACME, GLOBEX));
    }

    @Test
    void aRevokedGrantDoesNotReserveItsName() {
        connect(ACME);
        rows.insert("github", GLOBEX, "acme", "revoked");

        assertThat(service.get("/oauth/token/github?org_name=acme").text("org_id"))
                .isEqualTo(ACME);
    }

    @Test
    void anOrganisationWithManyRevokedGrantsIsFoundByItsName() {
        connect(ACME);
        rows.insertMany(60, "github", "'9001'", "acme", "revoked");

        assertThat(service.get("/oauth/token/github?org_name=acme").text("org_id"))
                .isEqualTo(ACME);
    }

    @Test
    void aNameOfVeryManyOrganisationsIsNeverUnique() {
        connect(ACME);
        rows.insertMany(150, "github", "(100000 + n)::text", "acme", "revoked");

        Answer answer = service.get("/oauth/token/github?org_name=acme");

        assertThat(answer.problem()).isEqualTo("ambiguous-organisation");
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void theProblemOfAnUnconnectedOrganisationHasAConnectUrl() {
        Answer answer = service.token("nobody");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("not-connected");
        assertThat(answer.body()).containsEntry("connect_url", base + "/oauth/install/github");
        assertThat(answer.headers().getFirst("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void anUnknownInstallationOrPlatformIsReported() {
        Answer installation = service.get("/oauth/token/github?installation_id=00000000-0000-4000-8000-000000000000");
        Answer platform = service.get("/oauth/token/gitlab?org_id=1");

        assertThat(installation.status()).isEqualTo(404);
        assertThat(installation.problem()).isEqualTo("unknown-installation");
        assertThat(platform.status()).isEqualTo(404);
        assertThat(platform.problem()).isEqualTo("unknown-platform");
    }

    @ParameterizedTest
    @CsvSource({
        "'',                                                        org_id",
        "org_id=,                                                   org_id",
        "org_id=%20,                                                org_id",
        "org_id=1&installation_id=00000000-0000-4000-8000-00000000000f, org_id",
        "installation_id=1,                                         installation_id",
        "installation_id=,                                          installation_id",
        "installation_id=zzzzzzzz-0000-4000-8000-000000000000,      installation_id",
        "org_id=a%00b,                                              org_id",
        "org_id=a%0Ab,                                              org_id",
        "org_id=1&user_id=a%7Fb,                                    user_id",
        "org_id=1&user_id=,                                         user_id",
        "org_id=1&user_id=%20,                                      user_id",
        "org_name=acme&user_id=,                                    user_id",
        "installation_id=00000000-0000-4000-8000-00000000000f&user_id=55, user_id",
        "installation_id=00000000-0000-4000-8000-00000000000f&user_id=, user_id",
        "org_name=,                                                 org_name",
        "org_name=a%00b,                                            org_name",
        "org_id=1&org_name=acme,                                    org_id",
        "org_name=acme&installation_id=00000000-0000-4000-8000-00000000000f, org_id",
        "install_id=42,                                             install_id",
        "org_id=1&organisation=2,                                   organisation",
        "org_id=1&repository=web,                                   repository",
        "org_id=1&ORG_ID=2,                                         ORG_ID",
        "org_id=1&org_id=2,                                         org_id",
        "org_id=1&min_ttl=,                                         min_ttl",
        "org_id=1&min_ttl=soon,                                     min_ttl",
        "org_id=1&min_ttl=-1,                                       min_ttl",
        "org_id=1&min_ttl=1.5,                                      min_ttl",
        "org_id=1&min_ttl=99999999999999999999,                     min_ttl"
    })
    void aBadParameterIsNamed(String query, String field) {
        Answer answer = service.get(URI.create(base + "/oauth/token/github?" + query));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(fieldOf(answer)).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 300, 5000})
    void anOverlongOrganisationIsRejected(int length) {
        assertThat(fieldOf(service.token("x".repeat(length)))).isEqualTo("org_id");
    }

    @Test
    void minTtlIsAtMostHalfOfTheTokensLifetime() {
        connect(ACME);

        Answer answer = service.get("/oauth/token/github?org_id=9001&min_ttl=3000");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(fieldOf(answer)).isEqualTo("min_ttl");
        assertThat(answer.text("detail")).containsPattern("at most (1800|179[0-9]),");
    }

    private static @Nullable Object fieldOf(Answer answer) {
        List<?> errors = (List<?>) Objects.requireNonNull(answer.body().get("errors"), answer.body()::toString);
        return ((Map<?, ?>) errors.getFirst()).get("field");
    }

    @Test
    void aCallerThatHasTheNewestTokenGetsNotModified() {
        connect(ACME);
        String etag = String.valueOf(service.token(ACME).headers().getETag());

        Answer again = service.get("/oauth/token/github?org_id=9001", "If-None-Match", etag);

        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().getETag()).isEqualTo(etag);
        assertThat(again.headers().getCacheControl()).isEqualTo("no-store");
    }

    @Test
    void aCallerThatHasAnOlderTokenGetsTheNewOne() {
        String id = connect(ACME);
        Answer old = service.token(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(1));

        Answer fresh = service.get(
                "/oauth/token/github?org_id=9001",
                "If-None-Match",
                String.valueOf(old.headers().getETag()));

        assertThat(fresh.status()).isEqualTo(200);
        assertThat(fresh.headers().getETag()).isNotEqualTo(old.headers().getETag());
        assertThat(fresh.text("access_token")).isNotEqualTo(old.text("access_token"));
    }

    @Test
    void anEtagGivesNoAccessToARevokedInstallation() {
        String id = connect(ACME);
        String etag = String.valueOf(service.token(ACME).headers().getETag());
        service.delete("/oauth/installations/" + id);

        assertThat(service.get("/oauth/token/github?org_id=9001", "If-None-Match", etag)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void headIsNotAllowedAndHasNoEffect() {
        String id = connect(ACME);
        service.token(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(1));

        http.head()
                .uri("/oauth/token/github?org_id=" + ACME)
                .headers(headers -> headers.setBearerAuth(LocalProperties.API_KEY))
                .exchange()
                .expectStatus()
                .isEqualTo(405)
                .expectHeader()
                .valueEquals("Allow", "GET");

        assertThat(rows.column(id, "token_version")).isEqualTo("1");
        assertThat(gitHub.calls("mint")).as("the one of the install").hasSize(1);
    }

    @Test
    void aReadWritesNoRow() {
        String id = connect(ACME);
        String before = rows.column(id, "xmin") + rows.column(id, "updated_at");

        for (int i = 0; i < 20; i++) {
            assertThat(service.token(ACME).status()).isEqualTo(200);
        }

        assertThat(rows.column(id, "xmin") + rows.column(id, "updated_at")).isEqualTo(before);
        assertThat(gitHub.calls("mint")).as("the one of the install").hasSize(1);
    }
}
