package io.oauthservice.sandbox.atlassian;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.Setting;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registration of the one app that exists here: one callback URL, and the scopes that its console enables. */
final class App {

    static final String CLIENT_ID = "SandboxAtlassianClient0000000000";
    static final String CLIENT_SECRET = "atlassian-sandbox-client-secret";
    static final String AUDIENCE = "api.atlassian.com";
    static final String OFFLINE_ACCESS = "offline_access";

    private static final List<String> SCOPES_AT_START = List.of(
            "read:me",
            "read:account",
            "read:jira-work",
            "write:jira-work",
            "read:jira-user",
            "manage:jira-webhook",
            "read:confluence-content.summary",
            "read:confluence-content.all",
            "write:confluence-content",
            "read:confluence-space.summary",
            "search:confluence",
            "read:confluence-user");

    private final ProviderContext context;
    private final Setting<List<String>> scopes;

    App(ProviderContext context) {
        this.context = context;
        this.scopes = context.settings().value("app_scopes", SCOPES_AT_START, (input, name) -> input.texts(name));
    }

    static boolean isClient(@Nullable String id) {
        return CLIENT_ID.equals(id);
    }

    static boolean isSecret(@Nullable String secret) {
        return secret != null && MessageDigest.isEqual(CLIENT_SECRET.getBytes(UTF_8), secret.getBytes(UTF_8));
    }

    boolean isCallback(@Nullable String redirectUri) {
        return context.callback("jira").toString().equals(redirectUri);
    }

    /** {@code offline_access} cannot be ticked in the console: it is always allowed, and only by asking for it. */
    boolean enables(String scope) {
        return scope.equals(OFFLINE_ACCESS) || scopes.value().contains(scope);
    }
}
