package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Ceilings of callers that are not API clients with a key. */
@TestPropertySource(
        properties = {
            "oauth.tokens.cache-size=100",
            "oauth.access.clients.anonymous.permissions=tokens:read:github",
            "oauth.access.clients.anonymous.networks=127.0.0.0/8,::1/128",
            "oauth.access.clients.anonymous.github.permissions=metadata:read",
            "oauth.access.issuers.idp.audience=oauth-service",
            "oauth.access.issuers.idp.organisations=all",
            "oauth.access.issuers.idp.github.permissions=issues:read",
            "oauth.access.issuers.idp.subjects[0].subject=system:serviceaccount:ci:indexer",
            "oauth.access.issuers.idp.subjects[0].permissions=tokens:read:github",
            "oauth.access.issuers.idp.subjects[0].github.permissions=contents:read",
            "oauth.access.issuers.idp.subjects[1].subject=system:serviceaccount:ci:bot",
            "oauth.access.issuers.idp.subjects[1].permissions=tokens:read:github",
        })
class CeilingTest extends ServiceTestBase {

    private static final StubIssuer ISSUER = new StubIssuer();

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry properties) {
        properties.add("oauth.access.issuers.idp.issuer", ISSUER::url);
    }

    @AfterAll
    static void stopTheIssuer() {
        ISSUER.close();
    }

    @Test
    void aSubjectHasItsOwnCeiling() {
        connect(ACME);

        assertPermissions(subject("system:serviceaccount:ci:indexer").token(ACME), "contents");
    }

    @Test
    void otherSubjectsHaveTheCeilingOfTheIssuer() {
        connect(ACME);

        assertPermissions(subject("system:serviceaccount:ci:bot").token(ACME), "issues");
        assertPermissions(
                new Service(http, ISSUER.token(claims -> claims.claim("scope", "tokens:read:github"))).token(ACME),
                "issues");
    }

    @Test
    void aCallerWithoutCredentialsHasACeiling() {
        connect(ACME);
        service.token(ACME);

        for (int read = 0; read < 3; read++) {
            Answer answer = Service.withoutKey(http).token(ACME);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).containsEntry("permissions", Map.of("metadata", "read"));
        }
    }

    private Service subject(String subject) {
        return new Service(http, ISSUER.token(claims -> claims.subject(subject)));
    }

    private static void assertPermissions(Answer answer, String permission) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("permissions", Map.of(permission, "read", "metadata", "read"));
    }
}
