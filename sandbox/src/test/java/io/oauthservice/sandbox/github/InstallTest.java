package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.ConsentForm;
import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InstallTest extends GitHubTestBase {

    @Test
    void thePageIsAPlainFormThatNamesTheSandbox() {
        HttpResponse<String> page = client.get(INSTALL + "?state=s1");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .containsPattern("<title>[^<]*sandbox</title>")
                .contains("name=\"account_id\" value=\"9001\"", "name=\"account_id\" value=\"9002\"")
                .contains("name=\"decision\" value=\"approve\"", "name=\"decision\" value=\"deny\"")
                .doesNotContain("<script");
    }

    @Test
    void approvingRedirectsToTheFirstCallbackWithCodeAndInstallation() {
        HttpResponse<String> page = client.get(INSTALL + "?state=s1");
        HttpResponse<String> answer =
                ConsentForm.in(page).choosing("account_id", GLOBEX).press(client, "approve");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(SandboxClient.location(answer).toString()).startsWith(CALLBACK + "?");
        assertThat(SandboxClient.returned(answer))
                .containsOnlyKeys("code", "installation_id", "setup_action", "state")
                .containsEntry("setup_action", "install")
                .containsEntry("state", "s1");
        String installation = SandboxClient.returned(answer).get("installation_id");
        assertThat(SandboxClient.json(asApp("GET", "/app/installations/" + installation, ""))
                        .path("account")
                        .path("login")
                        .stringValue())
                .isEqualTo("globex");
    }

    @Test
    void anInstallationStartedAtGitHubReturnsWithoutAState() {
        Map<String, String> back = SandboxClient.returned(
                ConsentForm.in(client.get(INSTALL)).choosing("account_id", ACME).press(client, "approve"));

        assertThat(back).containsOnlyKeys("code", "installation_id", "setup_action");
        assertThat(back).containsEntry("setup_action", "install");
    }

    @Test
    void theInstallPagesOfGithubComHaveTheOtherPath() {
        assertThat(client.get("/github/apps/sandbox-app/installations/new").statusCode())
                .isEqualTo(200);
    }

    @Test
    void theCodeOfAnInstallationIsTheUsers() {
        Map<String, String> back = install(ACME);

        String token =
                exchange(back.getOrDefault("code", "none")).path("access_token").stringValue();

        assertThat(SandboxClient.json(withToken("GET", "/user", token))
                        .path("id")
                        .longValue())
                .isEqualTo(55);
    }

    @Test
    void denyingReturnsAccessDenied() {
        Map<String, String> back = SandboxClient.returned(
                ConsentForm.in(client.get(INSTALL + "?state=s1")).press(client, "deny"));

        assertThat(back)
                .containsOnlyKeys("error", "error_description", "error_uri", "state")
                .containsEntry("error", "access_denied")
                .containsEntry("state", "s1");
    }

    @Test
    void anAppThatIsInstalledShowsItsConfigurePage() {
        String installation = install(ACME).get("installation_id");

        HttpResponse<String> configure = ConsentForm.in(client.get(INSTALL + "?state=s2"))
                .choosing("account_id", ACME)
                .press(client, "approve");
        HttpResponse<String> back = ConsentForm.in(configure)
                .choosing("repository_selection", "selected")
                .choosing("repository_ids[]", "102")
                .press(client, "approve");

        assertThat(configure.body()).contains("Configure");
        assertThat(SandboxClient.returned(back))
                .containsKey("code")
                .containsEntry("installation_id", String.valueOf(installation))
                .containsEntry("setup_action", "update")
                .containsEntry("state", "s2");
        assertThat(SandboxClient.json(asApp("GET", "/app/installations/" + installation, ""))
                        .path("repository_selection")
                        .stringValue())
                .isEqualTo("selected");
    }

    @Test
    void aConfigurePageOpenedWithoutStateReturnsWithoutOne() {
        long installation = installed(ACME);
        String page = "/github/organizations/acme/settings/installations/" + installation;

        HttpResponse<String> back = ConsentForm.in(client.get(page)).press(client, "approve");

        assertThat(SandboxClient.returned(back)).doesNotContainKey("state").containsEntry("setup_action", "update");
    }

    @Test
    void anOwnerUninstallsOnTheConfigurePage() {
        long installation = installed(ACME);
        String page = "/github/organizations/acme/settings/installations/" + installation;

        ConsentForm.in(client.get(page)).press(client, "uninstall");

        assertThat(asApp("GET", "/app/installations/" + installation, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aSuggestedAccountAndItsRepositoriesAreChosen() {
        String preselected = INSTALL + "/permissions?suggested_target_id=9002&repository_ids[]=202&state=s1";

        HttpResponse<String> page = client.get(preselected.replace("[]", "%5B%5D"));
        Map<String, String> back = SandboxClient.returned(ConsentForm.in(page).press(client, "approve"));

        String token = minted(Long.parseLong(String.valueOf(back.get("installation_id"))));
        assertThat(withToken("GET", "/installation/repositories", token).body())
                .contains("globex/docs")
                .doesNotContain("globex/core");
    }

    @Test
    void preselectingNeedsASuggestedAccount() {
        HttpResponse<String> page = client.get(INSTALL + "/permissions?state=s1");

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("suggested_target_id_missing");
    }

    @Test
    void atMostAHundredRepositoriesArePreselected() {
        String ids = "&repository_ids%5B%5D=101".repeat(101);

        assertThat(client.get(INSTALL + "/permissions?suggested_target_id=9001" + ids)
                        .statusCode())
                .isEqualTo(422);
        assertThat(client.violations()).containsExactly("too_many_repositories");
    }

    @Test
    void aUserWithoutPermissionToInstallFilesARequest() {
        client.set(
                "accounts",
                List.of(Map.of("id", 9003, "login", "initech", "owners", List.of(77), "members", List.of(55))));

        Map<String, String> back = install("9003");

        assertThat(back).containsOnlyKeys("code", "setup_action", "state").containsEntry("setup_action", "request");
        var requests = SandboxClient.json(asApp("GET", "/app/installation-requests", ""));
        assertThat(requests.path(0).path("account").path("id").longValue()).isEqualTo(9003);
        assertThat(requests.path(0).path("requester").path("login").stringValue())
                .isEqualTo("dev-dana");
    }

    @Test
    void anApprovedRequestBecomesAnInstallation() {
        client.set("require_approval", true);
        install(ACME);

        long installation = client.act("approve", Map.of("account_id", 9001, "by", 77))
                .path("installation_id")
                .longValue();

        assertThat(asApp("GET", "/app/installations/" + installation, "").statusCode())
                .isEqualTo(200);
        assertThat(SandboxClient.json(asApp("GET", "/app/installation-requests", "")))
                .isEmpty();
    }

    @Test
    void aRequestWithoutABrowserIsListedAndApproved() {
        long request = client.act("request", Map.of("account_id", 9001, "by", 55))
                .path("request_id")
                .longValue();

        JsonNode listed = SandboxClient.json(asApp("GET", "/app/installation-requests", ""));
        JsonNode made = client.act("approve", Map.of("request_id", request));

        assertThat(listed.path(0).path("id").longValue()).isEqualTo(request);
        assertThat(listed.path(0).path("requester").path("login").stringValue()).isEqualTo("dev-dana");
        assertThat(made.path("installation_id").isIntegralNumber()).isTrue();
        assertThat(SandboxClient.json(asApp("GET", "/app/installation-requests", "")))
                .isEmpty();
    }

    @Test
    void installingAgainGivesAnotherIdForTheSameAccount() {
        long first = installed(ACME);
        client.act("uninstall", Map.of("installation_id", first));

        assertThat(installed(ACME)).isNotEqualTo(first);
    }

    @Test
    void aResetRemovesInstallationsAndReusesNoId() {
        long first = installed(ACME);

        client.control("POST", "reset", "");

        assertThat(asApp("GET", "/app/installations/" + first, "").statusCode()).isEqualTo(404);
        assertThat(installed(ACME)).isGreaterThan(first);
    }

    @Test
    void anAccountOfOthersCannotBeChosen() {
        client.set("accounts", List.of(Map.of("id", 9003, "login", "initech", "owners", List.of(77))));

        assertThat(client.get(INSTALL + "?suggested_target_id=9003").statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("account_not_visible");
    }

    @Test
    void anUnknownAppHasNoPage() {
        assertThat(client.get("/github/apps/other-app/installations/new").statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("app_unknown");
    }

    @Test
    void valuesOnThePageAreEscaped() {
        String page = client.get(INSTALL + "?state=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
                .body();

        assertThat(page).doesNotContain("<script").contains("&quot;&gt;&lt;script&gt;");
    }

    @Test
    void consentCanBeGrantedOrDeniedWithoutAPage() {
        client.set("consent", "approve");
        Map<String, String> installed = SandboxClient.returned(client.get(INSTALL + "?state=s1&target_id=9002"));
        Map<String, String> again = SandboxClient.returned(client.get(INSTALL + "?state=s2&target_id=9002"));
        client.set("consent", "deny");
        Map<String, String> denied = SandboxClient.returned(client.get(INSTALL + "?state=s3"));

        assertThat(installed).containsEntry("setup_action", "install");
        assertThat(again)
                .containsEntry("setup_action", "update")
                .containsEntry("state", "s2")
                .containsEntry("installation_id", String.valueOf(installed.get("installation_id")));
        assertThat(denied).containsEntry("error", "access_denied");
    }

    @Test
    void onlyOwnersConfigure() {
        client.set(
                "accounts",
                List.of(Map.of("id", 9003, "login", "initech", "owners", List.of(77), "members", List.of(55))));
        long initech = installed("9003");
        String pages = "/settings/installations/" + initech;

        assertThat(client.get("/github/organizations/initech" + pages).statusCode())
                .isEqualTo(404);
        assertThat(client.get("/github/organizations/acme" + pages).statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("not_an_owner", "installation_unknown");
    }

    @Test
    void aPageRequiresADecision() {
        assertThat(ConsentForm.in(client.get(INSTALL)).press(client, "").statusCode())
                .isEqualTo(422);
        assertThat(client.form(AUTHORIZE, Map.of("client_id", app.clientId())).statusCode())
                .isEqualTo(422);
        assertThat(client.violations()).containsExactly("decision_missing", "decision_missing");
    }
}
