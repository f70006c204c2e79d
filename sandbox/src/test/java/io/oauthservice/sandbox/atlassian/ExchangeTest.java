package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ExchangeTest extends AtlassianTestBase {

    private static final String INVALID_CODE = "400 invalid_request: authorization_code is invalid";
    private static final String UNAUTHORIZED = "401 access_denied: Unauthorized";
    private static final Map<String, String> PKCE =
            Map.of("code_challenge", CHALLENGE, "code_challenge_method", "S256");

    @Test
    void aCodeBecomesAPairOfLongTokens() {
        JsonNode pair = pair();

        assertThat(pair.propertyNames())
                .containsExactlyInAnyOrder("access_token", "refresh_token", "expires_in", "token_type", "scope");
        assertThat(pair.path("access_token").stringValue())
                .matches("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+")
                .hasSizeGreaterThan(1024);
        assertThat(pair.path("refresh_token").stringValue()).startsWith("eyJ").hasSizeGreaterThan(1024);
        assertThat(pair.path("expires_in").longValue()).isEqualTo(3600);
        assertThat(pair.path("token_type").stringValue()).isEqualTo("Bearer");
        assertThat(pair.path("scope").stringValue()).isEqualTo(SCOPES);
    }

    @Test
    void withoutOfflineAccessThereIsNoRefreshToken() {
        assertThat(pair(Map.of("scope", "read:me")).has("refresh_token")).isFalse();
    }

    @Test
    void aCodeWorksOnce() {
        String code = code();
        exchange(code);

        assertThat(error(exchange(code))).isEqualTo(INVALID_CODE);
        assertThat(violations()).containsExactly("code_replayed");
    }

    @Test
    void aCodeIsValidForTenMinutes() {
        String code = code();
        later("PT10M");

        assertThat(error(exchange(code))).isEqualTo(INVALID_CODE);
        assertThat(violations()).containsExactly("code_expired");
    }

    @Test
    void anUnknownCodeIsRejected() {
        assertThat(error(exchange("guessed"))).isEqualTo(INVALID_CODE);
        assertThat(violations()).containsExactly("code_unknown");
    }

    @Test
    void aCodeIsBoundToItsRedirectUri() {
        String code = code();

        assertThat(error(exchange(code, Map.of("redirect_uri", CALLBACK + "/other"))))
                .isEqualTo("400 invalid_request: redirect_uri is invalid");
        assertThat(exchange(code, Map.of("redirect_uri", "")).statusCode()).isEqualTo(400);
        assertThat(violations()).containsExactly("redirect_uri_mismatch", "redirect_uri_missing");
    }

    @Test
    void aCodeIsBoundToItsVerifier() {
        String code = code(PKCE);

        assertThat(error(exchange(code))).isEqualTo(INVALID_CODE);
        assertThat(error(exchange(code, Map.of("code_verifier", "x".repeat(43)))))
                .isEqualTo(INVALID_CODE);
        assertThat(error(exchange(code, Map.of("code_verifier", "short")))).isEqualTo(INVALID_CODE);
        assertThat(exchange(code, Map.of("code_verifier", VERIFIER)).statusCode())
                .isEqualTo(200);
        assertThat(violations())
                .containsExactly("pkce_verifier_mismatch", "pkce_verifier_mismatch", "pkce_verifier_malformed");
    }

    @Test
    void aVerifierWithoutAChallengeIsRejected() {
        assertThat(error(exchange(code(), Map.of("code_verifier", VERIFIER)))).isEqualTo(INVALID_CODE);
        assertThat(violations()).containsExactly("pkce_verifier_mismatch");
    }

    @Test
    void pkceEnforcementIsASetting() {
        set("pkce_enforced", false);

        assertThat(exchange(code(PKCE)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "client_secret, wrong, bad_client_secret",
        "client_secret, '', bad_client_secret",
        "client_id, other, client_unknown",
        "client_id, '', client_unknown",
    })
    void theClientIsAuthenticatedEvenWithPkce(String name, String value, String violation) {
        String code = code(PKCE);

        HttpResponse<String> refused = exchange(code, Map.of("code_verifier", VERIFIER, name, value));

        assertThat(error(refused)).isEqualTo(UNAUTHORIZED);
        assertThat(violations()).containsExactly(violation);
        assertThat(exchange(code, Map.of("code_verifier", VERIFIER)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theClientMayAuthenticateByBasic() {
        String both = app.clientId() + ":" + app.clientSecret();
        String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> answer = client.form(
                TOKENS,
                Map.of("grant_type", "authorization_code", "code", code(), "redirect_uri", CALLBACK),
                "Authorization",
                "Basic " + basic);

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void theBodyMayBeAForm() {
        HttpResponse<String> answer = client.form(
                TOKENS,
                Map.of(
                        "grant_type", "authorization_code",
                        "client_id", app.clientId(),
                        "client_secret", app.clientSecret(),
                        "code", code(),
                        "redirect_uri", CALLBACK));

        assertThat(SandboxClient.json(answer).has("refresh_token")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, password, unsupported_grant_type, grant_type_unsupported",
        "grant_type, '', invalid_request, grant_type_missing",
        "code, '', invalid_request, code_missing",
    })
    void anInvalidRequestIsRejected(String name, String value, String error, String violation) {
        assertThat(error(exchange("x", Map.of(name, value)))).startsWith("400 " + error);
        assertThat(violations()).containsExactly(violation);
    }

    @Test
    void theLifetimeOfAnAccessTokenIsASetting() {
        set("access_token_ttl", "PT90S");

        assertThat(pair().path("expires_in").longValue()).isEqualTo(90);
    }

    @Test
    void aCodeIsInvalidAfterTheConsentIsWithdrawn() {
        String code = code();
        act("revoke");

        assertThat(error(exchange(code))).isEqualTo(INVALID_CODE);
    }
}
