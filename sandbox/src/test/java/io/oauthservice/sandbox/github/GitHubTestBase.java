package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.ConsentForm;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.SandboxOptions;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** Starts a new GitHub for each test, and has the common steps. */
abstract class GitHubTestBase {

    static final String CALLBACK = "http://127.0.0.1:8010/oauth/callback/github";
    static final String INSTALL = "/github/github-apps/sandbox-app/installations/new";
    static final String AUTHORIZE = "/github/login/oauth/authorize";
    static final String TOKENS = "/github/login/oauth/access_token";
    static final String API = "/github/api/v3";
    static final String[] ADVISED = {"Accept", "application/vnd.github+json", "X-GitHub-Api-Version", "2022-11-28"};
    static final String ACME = "9001";
    static final String GLOBEX = "9002";

    @AutoClose
    Sandbox sandbox;

    SandboxClient client;
    GitHubApp app;
    AppSigner signer;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")));
        client = new SandboxClient(sandbox.baseUrl(), "github");
        app = sandbox.app(GitHubApp.class);
        signer = AppSigner.of(app);
    }

    /** Installs on this account by the page; returns the parameters of the redirect. */
    Map<String, String> install(String account) {
        HttpResponse<String> page = client.get(INSTALL + "?state=s1");
        return SandboxClient.returned(
                ConsentForm.in(page).choosing("account_id", account).press(client, "approve"));
    }

    /** Installs without a browser; returns the installation id. */
    long installed(String account) {
        return client.act("install", Map.of("account_id", account))
                .path("installation_id")
                .longValue();
    }

    String code() {
        client.set("consent", "approve");
        return code(Map.of("redirect_uri", CALLBACK, "state", "s1"));
    }

    String code(Map<String, String> with) {
        HttpResponse<String> answer =
                client.get(AUTHORIZE + "?client_id=" + app.clientId() + "&" + SandboxClient.encoded(with));
        return SandboxClient.returned(answer).getOrDefault("code", "none");
    }

    JsonNode exchange(String code) {
        return tokens(Map.of("code", code, "redirect_uri", CALLBACK));
    }

    JsonNode refresh(JsonNode pair) {
        return tokens(Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                pair.path("refresh_token").asString("")));
    }

    /** Calls the token endpoint as the app, with these changes. */
    JsonNode tokens(Map<String, String> with) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", app.clientId());
        form.put("client_secret", app.clientSecret());
        form.putAll(with);
        HttpResponse<String> answer = client.form(TOKENS, form, "Accept", "application/json");
        if (answer.statusCode() != 200) {
            throw new AssertionError("The token endpoint gave " + answer.statusCode());
        }
        return SandboxClient.json(answer);
    }

    /** A signed-in user's pair of tokens. */
    JsonNode userTokens() {
        return exchange(code());
    }

    /** A call of the REST API as GitHub recommends; the response must match the published schema. */
    HttpResponse<String> rest(String method, String path, String json, String... headers) {
        String[] all = new String[headers.length + ADVISED.length];
        System.arraycopy(ADVISED, 0, all, 0, ADVISED.length);
        System.arraycopy(headers, 0, all, ADVISED.length, headers.length);
        HttpResponse<String> answer = client.send(method, API + path, json, all);
        PublishedSchemas.check(method, path, answer);
        return answer;
    }

    HttpResponse<String> asApp(String method, String path, String json, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Authorization";
        all[1] = signer.authorization();
        return rest(method, path, json, all);
    }

    HttpResponse<String> mint(long installation, String json, String... headers) {
        return asApp("POST", "/app/installations/" + installation + "/access_tokens", json, headers);
    }

    String minted(long installation) {
        return SandboxClient.json(mint(installation, "")).path("token").stringValue();
    }

    HttpResponse<String> withToken(String method, String path, String token) {
        return rest(method, path, "", "Authorization", "Bearer " + token);
    }

    static String message(HttpResponse<String> answer) {
        return SandboxClient.json(answer).path("message").asString("");
    }
}
