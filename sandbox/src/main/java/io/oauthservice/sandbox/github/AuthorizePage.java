package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Refusal;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.regex.Pattern;

/** The page on which a user lets the app act for them. */
final class AuthorizePage {

    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final GitHubState github;

    AuthorizePage(GitHubState github) {
        this.github = github;
    }

    Reply open(Request request) {
        Params wish = checked(request.query());
        return switch (github.context.settings().consent()) {
            case ASK -> goesWithoutAsking(wish) ? approved(wish) : shown(request, wish);
            case APPROVE -> approved(wish);
            case DENY -> back(wish).denied(user());
        };
    }

    Reply decide(Request request) {
        Params wish = checked(request.form());
        return switch (wish.get("decision")) {
            case "approve" -> approved(wish);
            case "deny" -> back(wish).denied(user());
            case null, default ->
                throw new Refusal(
                        Errors.api(422, "decision must be approve or deny").violating("decision_missing"));
        };
    }

    private Params checked(Params wish) {
        if (!App.isClient(wish.get("client_id"))) {
            throw Errors.notFoundPage("client_unknown");
        }
        CallbackRedirect registered = CallbackRedirect.toTheFirstCallback(github, wish.get("state"));
        String redirectUri = wish.get("redirect_uri");
        if (redirectUri != null && !App.callbackUrls(github.context).contains(redirectUri)) {
            String why = "The redirect_uri MUST match the registered callback URL for this application.";
            throw new Refusal(registered.failed("redirect_uri_mismatch", why).violating("redirect_uri_mismatch"));
        }
        checkPkce(wish, back(wish));
        return wish;
    }

    private static void checkPkce(Params wish, CallbackRedirect back) {
        String challenge = wish.get("code_challenge");
        String method = wish.get("code_challenge_method");
        if (challenge == null && method == null) {
            return;
        }
        if (challenge == null || method == null) {
            throw refused(back, "code_challenge and code_challenge_method go together.", "pkce_incomplete");
        }
        if (!method.equals("S256")) {
            throw refused(back, "code_challenge_method must be S256.", "pkce_method_refused");
        }
        if (!S256_CHALLENGE.matcher(challenge).matches()) {
            throw refused(back, "code_challenge must be 43 characters of base64url.", "pkce_challenge_malformed");
        }
    }

    private static Refusal refused(CallbackRedirect back, String why, String violation) {
        return new Refusal(back.failed("invalid_request", why).violating(violation));
    }

    private boolean goesWithoutAsking(Params wish) {
        return github.userTokens.isAuthorizedBy(user()) && !wish.has("prompt");
    }

    private Reply shown(Request request, Params wish) {
        return new Page("GitHub", "Authorize Sandbox App")
                .says("Sandbox App would like to act on behalf of " + user().login() + ".")
                .form(request.path())
                .hidden("client_id", wish.get("client_id"))
                .hidden("redirect_uri", wish.get("redirect_uri"))
                .hidden("state", wish.get("state"))
                .hidden("code_challenge", wish.get("code_challenge"))
                .hidden("code_challenge_method", wish.get("code_challenge_method"))
                .button("decision", "approve", "Authorize")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private Reply approved(Params wish) {
        github.userTokens.authorize(user());
        Code code = github.codes.give(
                Code.issued(github.context, user(), wish.get("redirect_uri"), wish.get("code_challenge")));
        return back(wish).with(new Params().and("code", code.value())).about("user:" + user().id());
    }

    private CallbackRedirect back(Params wish) {
        String redirectUri = wish.get("redirect_uri");
        return redirectUri == null
                ? CallbackRedirect.toTheFirstCallback(github, wish.get("state"))
                : new CallbackRedirect(URI.create(redirectUri), wish.get("state"));
    }

    private User user() {
        return github.accounts.signedIn();
    }
}
