package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.ConsentForm;
import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AuthorizeTest extends SlackTestBase {

    private void isRejectedWith(String error, HttpResponse<String> page) {
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.headers().firstValue("Location")).isEmpty();
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).contains("Error: " + error);
        assertThat(violations()).containsExactly(error);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> all = new HashMap<>(BOTH);
        all.put(name, value);
        return all;
    }

    @Test
    void approvingReturnsACodeAndTheState() {
        ConsentForm form = ConsentForm.in(authorize(with("state", "s1")));

        HttpResponse<String> answer = form.press(client, "approve");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?code=");
        assertThat(SandboxClient.returned(answer))
                .containsOnlyKeys("code", "state")
                .containsEntry("state", "s1");
    }

    @Test
    void denyingReturnsAnErrorAndTheState() {
        ConsentForm form = ConsentForm.in(authorize(with("state", "s1")));

        Map<String, String> back = SandboxClient.returned(form.press(client, "deny"));

        assertThat(back).isEqualTo(Map.of("error", "access_denied", "state", "s1"));
    }

    @Test
    void consentWithoutAPageIsASetting() {
        set("consent", "deny");

        assertThat(SandboxClient.returned(authorize(BOT))).isEqualTo(Map.of("error", "access_denied"));
        assertThat(code(BOT)).isNotEqualTo("none");
    }

    @Test
    void aFlowWithoutStateReturnsWithoutOne() {
        set("consent", "approve");

        assertThat(SandboxClient.returned(authorize(BOT))).containsOnlyKeys("code");
    }

    @Test
    void theWorkspaceIsChosenOnThePage() {
        HttpResponse<String> page = authorize(BOT);
        String code = SandboxClient.returned(
                        ConsentForm.in(page).choosing("team_id", "T0GLOBEX").press(client, "approve"))
                .get("code");

        JsonNode answer = exchange(String.valueOf(code));

        assertThat(page.body()).contains("Acme", "Globex").doesNotContain("Acme Org");
        assertThat(answer.path("team").path("id").stringValue()).isEqualTo("T0GLOBEX");
    }

    @Test
    void aWorkspaceIsSuggestedByItsIdOrByASetting() {
        set("signed_in_team", "T0GLOBEX");

        assertThat(ConsentForm.in(authorize(BOT)).fields()).containsEntry("team_id", "T0GLOBEX");
        assertThat(ConsentForm.in(authorize(with("team", "T0ACME"))).fields()).containsEntry("team_id", "T0ACME");
        assertThat(ConsentForm.in(authorize(with("team", "T0OTHER"))).fields()).containsEntry("team_id", "T0GLOBEX");
    }

    @Test
    void aWorkspaceThatIsNotOfferedCannotBeChosen() {
        ConsentForm form = ConsentForm.in(authorize(BOT)).choosing("team_id", "E0ACME");

        isRejectedWith("team_not_visible", form.press(client, "approve"));
    }

    @Test
    void anOptionalScopeMayBeDeselected() {
        set("optional_scopes", List.of("commands", "search:read"));
        ConsentForm form = ConsentForm.in(authorize(BOTH));
        Map<String, String> deselected = new HashMap<>(form.fields());

        assertThat(deselected.remove("bot_scope:commands")).isEqualTo("on");
        assertThat(deselected.remove("user_scope:search:read")).isEqualTo("on");
        String code = SandboxClient.returned(new ConsentForm(form.action(), deselected).press(client, "approve"))
                .get("code");

        JsonNode answer = exchange(String.valueOf(code));
        assertThat(answer.path("scope").stringValue()).isEqualTo("chat:write");
        assertThat(answer.path("authed_user").propertyNames()).containsExactly("id");
    }

    @Test
    void aRequiredScopeCannotBeDeselected() {
        ConsentForm form = ConsentForm.in(authorize(BOTH));

        assertThat(form.fields().keySet()).noneMatch(field -> field.startsWith("bot_scope:"));
    }

    @Test
    void aPageRequiresADecision() {
        HttpResponse<String> answer = ConsentForm.in(authorize(BOT)).press(client, "perhaps");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(violations()).containsExactly("decision_missing");
    }

    @Test
    void anUnknownClientHasNoPage() {
        isRejectedWith("invalid_client_id", client.get(AUTHORIZE + "?client_id=1.2&scope=commands"));
    }

    @ParameterizedTest
    @ValueSource(strings = {CALLBACK, CALLBACK + "/acme", CALLBACK + "/acme?x=1"})
    void aRedirectUriIsEqualToTheConfiguredOneOrBelowIt(String redirectUri) {
        set("consent", "approve");

        HttpResponse<String> answer = authorize(with("redirect_uri", redirectUri));

        assertThat(SandboxClient.location(answer).toString()).startsWith(redirectUri);
        assertThat(violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8010/oauth/callback",
                "http://127.0.0.1:8010/oauth/callback/github",
                "http://127.0.0.1:8010/oauth/callback/slackish",
                "http://127.0.0.1:8010/oauth/callback/slack/../../x",
                "http://127.0.0.1:8010/oauth/callback/slack/ x",
                "http://127.0.0.1:8010/oauth/callback/slack/#x",
                "http://localhost:8010/oauth/callback/slack",
                "https://127.0.0.1:8010/oauth/callback/slack"
            })
    void anotherRedirectUriIsShownToTheUserOnly(String redirectUri) {
        isRejectedWith("bad_redirect_uri", authorize(with("redirect_uri", redirectUri)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scope | chat:write,fly:high",
                "scope | chat:write commands",
                "scope | search:read",
                "scope | chat:write,",
                "user_scope | commands",
                "user_scope | openid,email"
            })
    void unknownScopesAreRejected(String parameter, String scopes) {
        isRejectedWith("invalid_scope", authorize(Map.of(parameter, scopes)));
    }

    @Test
    void atLeastOneScopeIsRequested() {
        isRejectedWith("no_scopes", authorize(Map.of("state", "s1")));
    }

    @Test
    void atLeastOneScopeIsSelected() {
        set("optional_scopes", List.of("commands"));
        ConsentForm form = ConsentForm.in(authorize(Map.of("scope", "commands")));
        Map<String, String> deselected = new HashMap<>(form.fields());
        deselected.remove("bot_scope:commands");

        isRejectedWith("no_scopes", new ConsentForm(form.action(), deselected).press(client, "approve"));
    }

    @Test
    void aCodeChallengeIsRejected() {
        isRejectedWith(
                "pkce_not_allowed", authorize(with("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw")));
    }

    @Test
    void aDeactivatedUserApprovesNothing() {
        act("deactivate_user", Map.of("user_id", "U0DANA"));

        isRejectedWith("account_inactive", authorize(BOT));
    }
}
