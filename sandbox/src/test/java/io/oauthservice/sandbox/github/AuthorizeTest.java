package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.ConsentForm;
import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizeTest extends GitHubTestBase {

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private HttpResponse<String> authorize(String parameters) {
        return client.get(AUTHORIZE + "?client_id=" + app.clientId() + "&state=s1" + parameters);
    }

    @Test
    void approvingReturnsCodeAndState() {
        HttpResponse<String> answer =
                ConsentForm.in(authorize("&redirect_uri=" + CALLBACK)).press(client, "approve");

        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?");
        assertThat(SandboxClient.returned(answer))
                .containsOnlyKeys("code", "state")
                .containsEntry("state", "s1");
    }

    @Test
    void denyingReturnsAccessDenied() {
        HttpResponse<String> answer = ConsentForm.in(authorize("")).press(client, "deny");

        assertThat(SandboxClient.returned(answer))
                .containsEntry("error", "access_denied")
                .containsEntry("state", "s1");
    }

    @Test
    void anAuthorizedUserIsNotAskedAgain() {
        ConsentForm.in(authorize("")).press(client, "approve");

        assertThat(SandboxClient.returned(authorize(""))).containsKey("code");
        assertThat(authorize("&prompt=select_account").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8010/oauth/callback/github/",
        "http://127.0.0.1:8010/oauth/callback/github/below",
        "http://127.0.0.1:8010/oauth/callback/github?x=1",
        "http://localhost:8010/oauth/callback/github",
        "http://evil.test/",
    })
    void aMismatchedRedirectUriIsReportedToTheRegisteredOne(String other) {
        HttpResponse<String> answer = authorize("&" + SandboxClient.encoded(Map.of("redirect_uri", other)));

        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?");
        assertThat(SandboxClient.returned(answer)).containsEntry("error", "redirect_uri_mismatch");
        assertThat(client.violations()).containsExactly("redirect_uri_mismatch");
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge=" + CHALLENGE + ", pkce_incomplete",
        "code_challenge_method=S256, pkce_incomplete",
        "code_challenge=" + CHALLENGE + "&code_challenge_method=plain, pkce_method_refused",
        "code_challenge=short&code_challenge_method=S256, pkce_challenge_malformed",
    })
    void pkceIsS256AndComplete(String parameters, String violation) {
        HttpResponse<String> answer = authorize("&" + parameters);

        assertThat(SandboxClient.returned(answer))
                .containsEntry("error", "invalid_request")
                .containsEntry("state", "s1");
        assertThat(client.violations()).containsExactly(violation);
    }

    @Test
    void anUnknownClientHasNoPage() {
        assertThat(client.get(AUTHORIZE + "?client_id=other").statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("client_unknown");
    }

    @Test
    void consentCanBeDeniedWithoutAPage() {
        client.set("consent", "deny");

        assertThat(SandboxClient.returned(authorize(""))).containsEntry("error", "access_denied");
    }
}
