package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Redirects the browser back to the app. */
record CallbackRedirect(URI to, @Nullable String state) {

    private static final String TROUBLESHOOTING =
            "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors";

    /** Redirects to the first callback URL, after an installation or if no redirect URI was given. */
    static CallbackRedirect toFirstCallback(GitHubState github, @Nullable String state) {
        return new CallbackRedirect(github.context.callback("github"), state);
    }

    Reply with(Params result) {
        return Reply.redirect(to, result.and("state", state));
    }

    Reply deny(User by) {
        return fail("access_denied", "The user has denied your application access.")
                .about("user:" + by.id());
    }

    Reply fail(String error, String description) {
        return with(new Params()
                .and("error", error)
                .and("error_description", description)
                .and("error_uri", TROUBLESHOOTING));
    }
}
