package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Params;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** What has to be right before anybody is asked; whatever is wrong is told to the person, never to the app. */
final class AuthorizeRules {

    private final ProviderContext context;

    AuthorizeRules(ProviderContext context) {
        this.context = context;
    }

    void check(Params wish) {
        if (!App.isClient(wish.get("client_id"))) {
            throw Errors.page("invalid_client_id", "There is no such app.");
        }
        if (!isConfigured(wish.get("redirect_uri"))) {
            throw Errors.page("bad_redirect_uri", "redirect_uri did not match any configured URIs.");
        }
        if (wish.has("code_challenge") || wish.has("code_challenge_method")) {
            throw Errors.page("pkce_not_allowed", "PKCE is not enabled for this app.");
        }
        checkScopes(wish);
    }

    private static void checkScopes(Params wish) {
        Scopes bot = Scopes.parse(wish.get("scope"));
        Scopes user = Scopes.parse(wish.get("user_scope"));
        if (bot.none() && user.none()) {
            throw Errors.page("no_scopes", "No scopes requested.");
        }
        Scopes unknown = bot.beyond(KnownScopes.BOT).and(user.beyond(KnownScopes.USER));
        if (!unknown.none()) {
            throw Errors.page("invalid_scope", "Invalid permissions requested: " + unknown.commaSeparated());
        }
    }

    /** Equal to or below a configured URL; absent where the one that there is shall be taken. */
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
