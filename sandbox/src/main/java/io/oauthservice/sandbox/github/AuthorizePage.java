package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.net.URI;
import java.util.regex.Pattern;

/** The page on which a user authorizes the app. */
final class AuthorizePage {

    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final GitHubState github;

    AuthorizePage(GitHubState github) {
        this.github = github;
    }

    Reply open(Request request) {
        Params params = check(request.query());
        return switch (github.context.settings().consent()) {
            case ASK -> isConsentSkipped(params) ? approve(params) : showPage(request, params);
            case APPROVE -> approve(params);
            case DENY -> back(params).deny(user());
        };
    }

    Reply decide(Request request) {
        Params params = check(request.form());
        return switch (params.get("decision")) {
            case "approve" -> approve(params);
            case "deny" -> back(params).deny(user());
            case null, default ->
                throw new RejectionException(
                        Errors.api(422, "decision must be approve or deny").violating("decision_missing"));
        };
    }

    private Params check(Params params) {
        if (!App.isClient(params.get("client_id"))) {
            throw Errors.notFoundPage("client_unknown");
        }
        CallbackRedirect registered = CallbackRedirect.toFirstCallback(github, params.get("state"));
        String redirectUri = params.get("redirect_uri");
        if (redirectUri != null && !App.callbackUrls(github.context).contains(redirectUri)) {
            String why = "The redirect_uri MUST match the registered callback URL for this application.";
            throw new RejectionException(
                    registered.fail("redirect_uri_mismatch", why).violating("redirect_uri_mismatch"));
        }
        checkPkce(params, back(params));
        return params;
    }

    private static void checkPkce(Params params, CallbackRedirect back) {
        String challenge = params.get("code_challenge");
        String method = params.get("code_challenge_method");
        if (challenge == null && method == null) {
            return;
        }
        if (challenge == null || method == null) {
            throw refuse(back, "code_challenge and code_challenge_method go together.", "pkce_incomplete");
        }
        if (!method.equals("S256")) {
            throw refuse(back, "code_challenge_method must be S256.", "pkce_method_refused");
        }
        if (!S256_CHALLENGE.matcher(challenge).matches()) {
            throw refuse(back, "code_challenge must be 43 characters of base64url.", "pkce_challenge_malformed");
        }
    }

    private static RejectionException refuse(CallbackRedirect back, String why, String violation) {
        return new RejectionException(back.fail("invalid_request", why).violating(violation));
    }

    private boolean isConsentSkipped(Params params) {
        return github.userTokens.isAuthorizedBy(user()) && !params.has("prompt");
    }

    private Reply showPage(Request request, Params params) {
        return new Page("GitHub", "Authorize Sandbox App")
                .paragraph("Sandbox App would like to act on behalf of " + user().login() + ".")
                .form(request.path())
                .hiddenField("client_id", params.get("client_id"))
                .hiddenField("redirect_uri", params.get("redirect_uri"))
                .hiddenField("state", params.get("state"))
                .hiddenField("code_challenge", params.get("code_challenge"))
                .hiddenField("code_challenge_method", params.get("code_challenge_method"))
                .button("decision", "approve", "Authorize")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private Reply approve(Params params) {
        github.userTokens.authorize(user());
        Code code = github.codes.add(
                Code.issued(github.context, user(), params.get("redirect_uri"), params.get("code_challenge")));
        return back(params).with(new Params().and("code", code.value())).about("user:" + user().id());
    }

    private CallbackRedirect back(Params params) {
        String redirectUri = params.get("redirect_uri");
        return redirectUri == null
                ? CallbackRedirect.toFirstCallback(github, params.get("state"))
                : new CallbackRedirect(URI.create(redirectUri), params.get("state"));
    }

    private User user() {
        return github.accounts.signedIn();
    }
}
