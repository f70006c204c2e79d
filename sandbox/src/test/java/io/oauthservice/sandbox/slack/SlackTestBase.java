package io.oauthservice.sandbox.slack;

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

/** Starts a new Slack for each test, and has the common steps. */
abstract class SlackTestBase {

    static final String CALLBACK = "http://127.0.0.1:8010/oauth/callback/slack";
    static final String AUTHORIZE = "/slack/oauth/v2/authorize";
    static final String API = "/slack/api/";
    static final String ACCESS = API + "oauth.v2.access";
    static final Map<String, String> BOT = Map.of("scope", "chat:write,commands");
    static final Map<String, String> USER = Map.of("user_scope", "search:read");
    static final Map<String, String> BOTH = Map.of("scope", "chat:write,commands", "user_scope", "search:read");

    @AutoClose
    Sandbox sandbox;

    SandboxClient client;
    SlackApp app;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.inMemory(callbackBase()));
        client = new SandboxClient(sandbox.baseUrl(), "slack");
        app = sandbox.app(SlackApp.class);
    }

    URI callbackBase() {
        return URI.create("http://127.0.0.1:8010");
    }

    void set(String setting, Object value) {
        client.set(setting, value);
    }

    void set(Map<String, ?> settings) {
        client.set(settings);
    }

    void act(String act) {
        client.act(act);
    }

    void act(String act, Map<String, ?> fields) {
        client.act(act, fields);
    }

    /** The violations of the calls received so far. */
    List<String> violations() {
        return client.violations();
    }

    HttpResponse<String> authorize(Map<String, String> with) {
        return client.get(AUTHORIZE + "?client_id=" + app.clientId() + "&" + SandboxClient.encoded(with));
    }

    /** A code that a user approved, without a redirect URI. */
    String code(Map<String, String> with) {
        set("consent", "approve");
        return SandboxClient.returned(authorize(with)).getOrDefault("code", "none");
    }

    /** Installs the app in the suggested workspace; returns the response of the exchange. */
    JsonNode installed(Map<String, String> with) {
        return exchange(code(with));
    }

    JsonNode installed(Map<String, String> scopes, String team) {
        Map<String, String> with = new LinkedHashMap<>(scopes);
        with.put("team", team);
        return installed(with);
    }

    /** Installs the app in the whole organisation. */
    JsonNode installedInOrg(Map<String, String> scopes) {
        set("org_installs", true);
        return installed(scopes, "E0ACME");
    }

    JsonNode exchange(String code) {
        return tokens(Map.of("code", code));
    }

    JsonNode refresh(JsonNode pair) {
        return refresh(refreshToken(pair));
    }

    JsonNode refresh(String refreshToken) {
        return tokens(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken));
    }

    /** Calls the token endpoint as the app, with these changes. */
    JsonNode tokens(Map<String, String> with) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", app.clientId());
        form.put("client_secret", app.clientSecret());
        form.putAll(with);
        return ok(client.form(ACCESS, form));
    }

    /** Slack always replies with status 200. */
    static JsonNode ok(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new AssertionError("Slack gave " + answer.statusCode() + " " + answer.body());
        }
        return SandboxClient.json(answer);
    }

    JsonNode call(String method, String token) {
        return call(method, token, Map.of());
    }

    JsonNode call(String method, String token, Map<String, String> arguments) {
        return ok(client.form(API + method, arguments, "Authorization", "Bearer " + token));
    }

    /** {@code ok}, or the error. */
    String test(JsonNode pair) {
        return result(call("auth.test", accessToken(pair)));
    }

    JsonNode uninstall(String token) {
        return call("apps.uninstall", token, Map.of("client_id", app.clientId(), "client_secret", app.clientSecret()));
    }

    static JsonNode parsed(String json) {
        return Json.MAPPER.readTree(json);
    }

    static String result(JsonNode answer) {
        return answer.path("ok").booleanValue() ? "ok" : answer.path("error").stringValue();
    }

    static String accessToken(JsonNode pair) {
        return pair.path("access_token").stringValue();
    }

    static String refreshToken(JsonNode pair) {
        return pair.path("refresh_token").stringValue();
    }
}
