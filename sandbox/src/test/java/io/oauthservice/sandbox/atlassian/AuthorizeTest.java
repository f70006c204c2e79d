package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.ConsentForm;
import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AuthorizeTest extends AtlassianTestBase {

    @Test
    void acceptingReturnsALongCodeAndTheState() {
        HttpResponse<String> answer = ConsentForm.in(authorize(Map.of())).press(client, "approve");

        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?");
        assertThat(SandboxClient.returned(answer))
                .containsOnlyKeys("code", "state")
                .containsEntry("state", "s1");
        assertThat(codeIn(answer)).hasSizeGreaterThan(800).contains(".");
    }

    @Test
    void decliningReturnsAccessDenied() {
        HttpResponse<String> answer = ConsentForm.in(authorize(Map.of())).press(client, "deny");

        assertThat(SandboxClient.returned(answer))
                .containsOnlyKeys("error", "error_description", "state")
                .containsEntry("error", "access_denied")
                .containsEntry("state", "s1");
    }

    @Test
    void theUserChoosesOneSite() {
        HttpResponse<String> page = authorize(Map.of());
        HttpResponse<String> answer =
                ConsentForm.in(page).choosing("site", ACME_SANDBOX).press(client, "approve");

        JsonNode pair = SandboxClient.json(exchange(codeIn(answer)));

        assertThat(page.body()).contains("https://acme.atlassian.net", "https://acme-sandbox.atlassian.net");
        assertThat(sites(pair)).containsExactly(ACME_SANDBOX);
    }

    @Test
    void accountLevelAccessGrantsAllSites() {
        set("account_level", true);
        HttpResponse<String> page = authorize(Map.of());
        HttpResponse<String> answer = ConsentForm.in(page).press(client, "approve");

        assertThat(page.body()).doesNotContain("type=\"radio\"");
        assertThat(sites(SandboxClient.json(exchange(codeIn(answer))))).containsExactly(ACME, ACME_SANDBOX);
    }

    @Test
    void withoutAPageTheSiteIsInTheAddressOrASettingOrTheFirst() {
        assertThat(sites(pair())).containsExactly(ACME);

        act("revoke");
        set("site", "acme-sandbox");
        assertThat(sites(pair())).containsExactly(ACME_SANDBOX);

        act("revoke");
        assertThat(sites(pair(Map.of("site", "acme")))).containsExactly(ACME);
    }

    @Test
    void aSiteOfOthersCannotBeChosen() {
        set("sites", List.of(Map.of("id", "s-3", "name", "private", "members", List.of("557058:olga"))));

        HttpResponse<String> answer =
                ConsentForm.in(authorize(Map.of())).choosing("site", "s-3").press(client, "approve");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(violations()).containsExactly("site_not_reachable");
    }

    @Test
    void aUserWithoutASiteCannotConsent() {
        set("users", List.of(Map.of("account_id", "u-3", "name", "New")));
        set("signed_in_user", "u-3");

        assertThat(authorize(Map.of()).statusCode()).isEqualTo(403);
        assertThat(violations()).containsExactly("no_site");
    }

    @ParameterizedTest
    @CsvSource({
        "audience, '', invalid_request, audience_missing",
        "audience, auth.atlassian.com, invalid_request, audience_missing",
        "response_type, '', unsupported_response_type, response_type_not_code",
        "response_type, token, unsupported_response_type, response_type_not_code",
        "state, '', invalid_request, state_missing",
        "prompt, '', invalid_request, prompt_not_consent",
        "prompt, login, invalid_request, prompt_not_consent",
        "scope, '', invalid_request, scope_missing",
        "scope, read:me admin:everything, invalid_scope, scope_not_enabled",
        "scope, 'read:me,read:jira-work', invalid_scope, scope_not_enabled",
    })
    void everyRequiredParameterIsRequired(String name, String value, String error, String violation) {
        HttpResponse<String> answer = authorize(Map.of(name, value));

        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?");
        assertThat(SandboxClient.returned(answer)).containsEntry("error", error);
        assertThat(violations()).containsExactly(violation);
    }

    @Test
    void whichScopesAreEnabledIsASetting() {
        set("app_scopes", List.of("read:jira-work"));

        assertThat(authorize(Map.of("scope", "read:jira-work offline_access")).statusCode())
                .isEqualTo(200);
        assertThat(SandboxClient.returned(authorize(Map.of("scope", "read:me"))))
                .containsEntry("error", "invalid_scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                CALLBACK + "/",
                CALLBACK + "?x=1",
                "http://localhost:8010/oauth/callback/jira",
                "http://127.0.0.1:8010/oauth/callback/confluence",
                "http://evil.test/",
            })
    void aRedirectUriMustMatchExactly(String other) {
        HttpResponse<String> answer = authorize(Map.of("redirect_uri", other));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
        assertThat(violations()).containsExactly("redirect_uri_mismatch");
    }

    @Test
    void anUnknownClientHasNoPage() {
        assertThat(authorize(Map.of("client_id", "other")).statusCode()).isEqualTo(400);
        assertThat(violations()).containsExactly("client_unknown");
    }

    @ParameterizedTest
    @CsvSource({
        CHALLENGE + ", '', pkce_incomplete",
        "'', S256, pkce_incomplete",
        CHALLENGE + ", plain, pkce_method_refused",
        "short, S256, pkce_challenge_malformed",
    })
    void pkceIsS256AndComplete(String challenge, String method, String violation) {
        HttpResponse<String> answer = authorize(Map.of("code_challenge", challenge, "code_challenge_method", method));

        assertThat(SandboxClient.returned(answer)).containsEntry("error", "invalid_request");
        assertThat(violations()).containsExactly(violation);
    }

    @Test
    void aPageRequiresADecision() {
        assertThat(ConsentForm.in(authorize(Map.of())).press(client, "maybe").statusCode())
                .isEqualTo(422);
        assertThat(violations()).containsExactly("decision_missing");
    }

    @Test
    void whatThePageSendsIsValidatedAgain() {
        HttpResponse<String> answer = ConsentForm.in(authorize(Map.of()))
                .choosing("scope", "admin:everything")
                .press(client, "approve");

        assertThat(SandboxClient.returned(answer)).containsEntry("error", "invalid_scope");
    }

    @Test
    void consentCanBeDeniedWithoutAPage() {
        set("consent", "deny");

        assertThat(SandboxClient.returned(authorize(Map.of()))).containsEntry("error", "access_denied");
    }
}
