package io.oauthservice.sandbox.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The registration of the one app that exists here. */
final class App {

    static final long ID = 7;
    static final long OTHER_ID = 8;
    static final String SLUG = "sandbox-app";
    static final String NAME = "Sandbox App";
    static final String CLIENT_ID = "Iv23liSandbox0000000";
    static final String CLIENT_SECRET = "github-sandbox-client-secret";
    static final String WEBHOOK_SECRET = "github-sandbox-webhook-secret";
    static final List<String> EVENTS = List.of("push");
    static final Map<String, String> PERMISSIONS = Map.of(
            "contents", "read", "issues", "write", "members", "read", "metadata", "read", "pull_requests", "write");

    /** The creation time of all initial objects. */
    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private static final Profile OWNER = new Profile(1, "sandbox-owner", "Organization");

    private App() {}

    /** The registered redirect URIs; an installation redirects to the first. */
    static List<String> callbackUrls(ProviderContext context) {
        return List.of(context.callback("github").toString());
    }

    static boolean isClient(@Nullable String id) {
        return CLIENT_ID.equals(id);
    }

    static boolean isSecret(@Nullable String secret) {
        return secret != null && MessageDigest.isEqual(CLIENT_SECRET.getBytes(UTF_8), secret.getBytes(UTF_8));
    }

    /** As part of a user's authorization. */
    static ObjectNode brief(Addresses at) {
        return Json.object().put("client_id", CLIENT_ID).put("name", NAME).put("url", at.web("/github-apps/" + SLUG));
    }

    /** Another App, as JSON of {@code GET /app}. */
    static ObjectNode otherJson(Addresses at) {
        return json(at, 0)
                .put("id", OTHER_ID)
                .put("node_id", NodeId.of("Integration", OTHER_ID))
                .put("slug", "other-app")
                .put("client_id", "Iv23liOtherApp000000")
                .put("name", "Other App")
                .put("html_url", at.web("/github-apps/other-app"));
    }

    /** As JSON of {@code GET /app}. */
    static ObjectNode json(Addresses at, int installations) {
        ObjectNode json = Json.object()
                .put("id", ID)
                .put("node_id", NodeId.of("Integration", ID))
                .put("slug", SLUG)
                .put("client_id", CLIENT_ID)
                .put("name", NAME)
                .put("description", "The app that the sandbox registers.")
                .put("external_url", "https://example.test/")
                .put("html_url", at.web("/github-apps/" + SLUG))
                .put("created_at", CREATED.toString())
                .put("updated_at", CREATED.toString())
                .put("installations_count", installations);
        json.set("owner", OWNER.json(at));
        json.set("permissions", Json.of(new TreeMap<>(PERMISSIONS)));
        json.set("events", Json.of(EVENTS));
        return json;
    }
}
