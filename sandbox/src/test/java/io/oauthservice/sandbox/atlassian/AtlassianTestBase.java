package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.http.Json;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** Starts a new Atlassian for each test, and has the common steps. */
abstract class AtlassianTestBase {

    static final String CALLBACK = "http://127.0.0.1:8010/oauth/callback/jira";
    static final String AUTHORIZE = "/atlassian/authorize";
    static final String TOKENS = "/atlassian/oauth/token";
    static final String RESOURCES = "/atlassian/oauth/token/accessible-resources";
    static final String ACME = "11111111-aaaa-4bbb-8ccc-000000000001";
    static final String ACME_SANDBOX = "11111111-aaaa-4bbb-8ccc-000000000002";
    static final String SCOPES = "read:me read:jira-work read:jira-user offline_access";
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @AutoClose
    Sandbox sandbox;

    SandboxClient client;
    AtlassianApp app;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")));
        client = new SandboxClient(sandbox.baseUrl(), "atlassian");
        app = sandbox.app(AtlassianApp.class);
    }

    void set(String setting, Object value) {
        client.set(setting, value);
    }

    void later(String duration) {
        set("clock_offset", duration);
    }

    JsonNode act(String act) {
        return client.act(act);
    }

    JsonNode act(String act, Map<String, ?> fields) {
        return client.act(act, fields);
    }

    List<String> violations() {
        return client.violations();
    }

    /** A valid authorization request with these changes; an empty value omits a parameter. */
    HttpResponse<String> authorize(Map<String, String> with) {
        Map<String, String> query = new LinkedHashMap<>(Map.of(
                "audience", "api.atlassian.com",
                "client_id", app.clientId(),
                "scope", SCOPES,
                "redirect_uri", CALLBACK,
                "state", "s1",
                "response_type", "code",
                "prompt", "consent"));
        query.putAll(with);
        query.values().removeIf(String::isEmpty);
        return client.get(AUTHORIZE + "?" + SandboxClient.encoded(query));
    }

    /** A code, without a browser. */
    String code(Map<String, String> with) {
        set("consent", "approve");
        return codeIn(authorize(with));
    }

    static String codeIn(HttpResponse<String> answer) {
        return SandboxClient.returned(answer).getOrDefault("code", "none");
    }

    String code() {
        return code(Map.of());
    }

    /** Calls the token endpoint as the app, with these changes. */
    HttpResponse<String> tokens(Map<String, String> with) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("client_id", app.clientId());
        body.put("client_secret", app.clientSecret());
        body.putAll(with);
        body.values().removeIf(String::isEmpty);
        return client.send("POST", TOKENS, Json.of(body).toString());
    }

    HttpResponse<String> exchange(String code, Map<String, String> with) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("grant_type", "authorization_code");
        body.put("code", code);
        body.put("redirect_uri", CALLBACK);
        body.putAll(with);
        return tokens(body);
    }

    HttpResponse<String> exchange(String code) {
        return exchange(code, Map.of());
    }

    /** A pair of tokens of the signed-in user. */
    JsonNode pair() {
        return pair(Map.of());
    }

    JsonNode pair(Map<String, String> with) {
        return SandboxClient.json(exchange(code(with)));
    }

    HttpResponse<String> refresh(JsonNode pair) {
        String token = pair.path("refresh_token").stringValue();
        return tokens(Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    /** A refresh that must succeed. */
    JsonNode refreshed(JsonNode pair) {
        HttpResponse<String> answer = refresh(pair);
        if (answer.statusCode() != 200) {
            throw new AssertionError("The refresh gave " + answer.statusCode() + " " + answer.body());
        }
        return SandboxClient.json(answer);
    }

    HttpResponse<String> withToken(String path, JsonNode pair) {
        String token = pair.path("access_token").stringValue();
        return client.get(path, "Authorization", "Bearer " + token);
    }

    /** The cloud ids that this pair has access to. */
    List<String> sites(JsonNode pair) {
        return SandboxClient.json(withToken(RESOURCES, pair))
                .valueStream()
                .map(site -> site.path("id").stringValue())
                .toList();
    }

    static String error(HttpResponse<String> answer) {
        JsonNode json = SandboxClient.json(answer);
        return answer.statusCode() + " " + json.path("error").asString("") + ": "
                + json.path("error_description").asString("");
    }
}
