package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Params;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Validates an authorization request. Errors are shown to the user on a page and never sent to the app. */
final class AuthorizeRules {

    private final ProviderContext context;

    AuthorizeRules(ProviderContext context) {
        this.context = context;
    }

    void check(Params params) {
        if (!App.isClient(params.get("client_id"))) {
            throw Errors.page("invalid_client_id", "There is no such app.");
        }
        if (!isConfigured(params.get("redirect_uri"))) {
            throw Errors.page("bad_redirect_uri", "redirect_uri did not match any configured URIs.");
        }
        if (params.has("code_challenge") || params.has("code_challenge_method")) {
            throw Errors.page("pkce_not_allowed", "PKCE is not enabled for this app.");
        }
        checkScopes(params);
    }

    private static void checkScopes(Params params) {
        Scopes bot = Scopes.parse(params.get("scope"));
        Scopes user = Scopes.parse(params.get("user_scope"));
        if (bot.none() && user.none()) {
            throw Errors.page("no_scopes", "No scopes requested.");
        }
        Scopes unknown = bot.beyond(KnownScopes.BOT).and(user.beyond(KnownScopes.USER));
        if (!unknown.none()) {
            throw Errors.page("invalid_scope", "Invalid permissions requested: " + unknown.commaSeparated());
        }
    }

    /** Whether the redirect URI is the configured URL or below it, or is missing. */
    private boolean isConfigured(@Nullable String redirectUri) {
        if (redirectUri == null) {
            return true;
        }
        String configured = context.callback("slack").toString();
        boolean equalOrBelow = redirectUri.equals(configured) || redirectUri.startsWith(configured + "/");
        return equalOrBelow && isPlain(redirectUri);
    }

    private static boolean isPlain(String redirectUri) {
        try {
            URI uri = new URI(redirectUri);
            return uri.getRawFragment() == null && uri.normalize().equals(uri);
        } catch (URISyntaxException notAnAddress) {
            return false;
        }
    }
}
