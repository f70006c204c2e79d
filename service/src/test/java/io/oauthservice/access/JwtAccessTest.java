package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Calls with a JWT over HTTP. */
@TestPropertySource(
        properties = {
            "oauth.tokens.cache-size=100",
            "oauth.access.issuers.idp.audience=oauth-service",
            "oauth.access.issuers.idp.organisations-claim=org_ids",
            "oauth.access.issuers.idp.subjects[0].subject=system:serviceaccount:ci:indexer",
            "oauth.access.issuers.idp.subjects[0].permissions=tokens:read:github",
            "oauth.access.issuers.idp.subjects[0].organisations=9002",
        })
class JwtAccessTest extends ServiceTestBase {

    private static final StubIssuer ISSUER = new StubIssuer();

    @Autowired
    private MeterRegistry meters;

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry properties) {
        properties.add("oauth.access.issuers.idp.issuer", ISSUER::url);
    }

    @AfterAll
    static void stopTheIssuer() {
        ISSUER.close();
    }

    private Service with(String scope, String... organisations) {
        return new Service(
                http, ISSUER.token(claims -> claims.claim("scope", scope).claim("org_ids", organisations)));
    }

    @Test
    void aJwtDoesWhatItsScopesAndOrganisationsAllow() {
        connect(ACME);
        connect(GLOBEX);
        Service indexer = with("tokens:read:github", ACME);

        assertThat(indexer.token(ACME).status()).isEqualTo(200);
        assertThat(indexer.token("acme").status()).isEqualTo(200);
        assertThat(indexer.token(GLOBEX).status()).isEqualTo(403);
        assertThat(indexer.get("/oauth/installations").status()).isEqualTo(403);
        assertThat(with("tokens:read:github").token(ACME).status()).isEqualTo(403);
        assertThat(with("tokens:read:slack", ACME).token(ACME).status()).isEqualTo(403);
    }

    @Test
    void theListShowsItsOrganisationsOnly() {
        String acme = connect(ACME);
        connect(GLOBEX);

        assertThat(with("installations:read", ACME).installations())
                .extracting("id")
                .containsExactly(acme);
        assertThat(with("installations:read").installations()).isEmpty();
    }

    @Test
    void aServiceAccountHasThePermissionsOfItsSubject() {
        connect(ACME);
        connect(GLOBEX);
        Service account = new Service(http, ISSUER.token(claims -> claims.subject("system:serviceaccount:ci:indexer")));

        assertThat(account.token(GLOBEX).status()).isEqualTo(200);
        assertThat(account.token(ACME).status()).isEqualTo(403);
    }

    @Test
    void theSecondReadOfACachedCallerUsesTheFastPath() {
        connect(ACME);
        Service indexer = with("tokens:read:github", ACME);
        indexer.token(ACME);
        double before = fromMemory();

        Answer second = indexer.token(ACME);

        assertThat(second.status()).isEqualTo(200);
        assertThat(fromMemory()).isEqualTo(before + 1);
    }

    @Test
    void theProblemDoesNotRevealWhyATokenIsRejected() {
        Answer rejected = new Service(http, ISSUER.token(claims -> claims.audience("another-service"))).token(ACME);

        assertThat(rejected.status()).isEqualTo(401);
        assertThat(rejected.problem()).isEqualTo("unauthenticated");
        assertThat(rejected.headers().getFirst("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"oauth-service\", error=\"invalid_token\"");
        assertThat(rejected.text("detail")).doesNotContain("aud");
    }

    @Test
    void publicPathsIgnoreInvalidCredentials() {
        String bad = ISSUER.token(claims -> claims.audience("another-service"));

        assertThat(http.get()
                        .uri("/v3/api-docs")
                        .header("Authorization", "Bearer " + bad)
                        .exchange()
                        .returnResult(String.class)
                        .getStatus()
                        .value())
                .isEqualTo(200);
    }

    private double fromMemory() {
        return CachedReads.count(meters);
    }
}
