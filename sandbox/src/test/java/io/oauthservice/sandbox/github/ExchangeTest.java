package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.http.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExchangeTest extends GitHubTestBase {

    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @Test
    void aCodeBecomesAPairOfTokens() {
        JsonNode pair = userTokens();

        assertThat(pair.path("access_token").stringValue()).matches("ghu_[A-Za-z0-9]{36}");
        assertThat(pair.path("refresh_token").stringValue()).matches("ghr_[A-Za-z0-9]{76}");
        assertThat(pair.path("expires_in").longValue()).isEqualTo(28_800);
        assertThat(pair.path("refresh_token_expires_in").longValue()).isEqualTo(15_897_600);
        assertThat(pair.path("token_type").stringValue()).isEqualTo("bearer");
        assertThat(pair.path("scope").stringValue()).isEmpty();
    }

    @Test
    void aCodeWorksOnce() {
        String code = code();
        exchange(code);

        assertThat(exchange(code).path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(client.violations()).containsExactly("code_replayed");
    }

    @Test
    void aCodeIsValidForTenMinutes() {
        String code = code();
        client.set("clock_offset", "PT10M");

        assertThat(exchange(code).path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(client.violations()).containsExactly("code_expired");
    }

    @Test
    void anUnknownCodeIsRejected() {
        assertThat(exchange("guessed").path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(client.violations()).containsExactly("code_unknown");
    }

    @Test
    void aCodeIsBoundToItsRedirectUri() {
        String code = code();

        JsonNode answer = tokens(Map.of("code", code, "redirect_uri", CALLBACK + "/other"));

        assertThat(answer.path("error").stringValue()).isEqualTo("redirect_uri_mismatch");
        assertThat(client.violations()).containsExactly("redirect_uri_mismatch");
    }

    @Test
    void aCodeIsBoundToItsVerifier() {
        client.set("consent", "approve");
        String code = code(Map.of("code_challenge", CHALLENGE, "code_challenge_method", "S256"));

        JsonNode without = exchange(code);
        JsonNode wrong = tokens(Map.of("code", code, "code_verifier", "x".repeat(43)));
        JsonNode right = tokens(Map.of("code", code, "code_verifier", VERIFIER));

        assertThat(without.path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(wrong.path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(right.has("access_token")).isTrue();
        assertThat(client.violations()).containsExactly("pkce_verifier_mismatch", "pkce_verifier_mismatch");
    }

    @Test
    void aWrongSecretIsReportedWithStatus200AndKeepsTheCode() {
        String code = code();

        JsonNode refused = tokens(Map.of("code", code, "client_secret", "wrong"));

        assertThat(refused.path("error").stringValue()).isEqualTo("incorrect_client_credentials");
        assertThat(client.violations()).containsExactly("bad_client_secret");
        assertThat(exchange(code).has("access_token")).isTrue();
    }

    @Test
    void anUnknownClientIsRejected() {
        JsonNode refused = tokens(Map.of("code", code(), "client_id", "other"));

        assertThat(refused.path("error").stringValue()).isEqualTo("incorrect_client_credentials");
        assertThat(client.violations()).containsExactly("client_unknown");
    }

    @Test
    void otherGrantTypesAreUnsupported() {
        assertThat(tokens(Map.of("grant_type", "password")).path("error").stringValue())
                .isEqualTo("unsupported_grant_type");
        assertThat(client.violations()).containsExactly("grant_type_unsupported");
    }

    @Test
    void theAnswerIsFormEncodedUnlessJsonIsAccepted() {
        Map<String, String> form =
                Map.of("client_id", app.clientId(), "client_secret", app.clientSecret(), "code", code());

        HttpResponse<String> good = client.form(TOKENS, form);
        HttpResponse<String> bad = client.form(TOKENS, form);

        assertThat(good.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/x-www-form-urlencoded");
        assertThat(good.body()).startsWith("access_token=ghu_").endsWith("&scope=&token_type=bearer");
        assertThat(bad.statusCode()).isEqualTo(200);
        assertThat(bad.body()).startsWith("error=bad_verification_code&error_description=");
    }

    @Test
    void theBodyMayBeJson() {
        String body = Json.object()
                .put("client_id", app.clientId())
                .put("client_secret", app.clientSecret())
                .put("code", code())
                .toString();

        assertThat(client.send("POST", TOKENS, body, "Accept", "application/json")
                        .body())
                .contains("ghu_");
    }

    @Test
    void theClientMayAuthenticateByBasic() {
        String both = app.clientId() + ":" + app.clientSecret();
        String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> answer = client.form(
                TOKENS, Map.of("code", code()), "Accept", "application/json", "Authorization", "Basic " + basic);

        assertThat(answer.body()).contains("ghu_");
    }

    @Test
    void tokensThatDoNotExpireHaveNoRefreshToken() {
        client.set("expiring_user_tokens", false);

        JsonNode tokens = userTokens();

        assertThat(tokens.propertyNames()).containsExactlyInAnyOrder("access_token", "scope", "token_type");
    }

    @Test
    void lifetimesAreSettings() {
        client.set(Map.of("access_token_ttl", "PT90S", "refresh_token_ttl", "PT1H"));

        JsonNode pair = userTokens();

        assertThat(pair.path("expires_in").longValue()).isEqualTo(90);
        assertThat(pair.path("refresh_token_expires_in").longValue()).isEqualTo(3600);
    }
}
