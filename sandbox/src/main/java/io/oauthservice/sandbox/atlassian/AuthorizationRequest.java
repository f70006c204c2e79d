package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A validated authorization request. */
final class AuthorizationRequest {

    private static final List<String> PARAMETERS = List.of(
            "audience",
            "client_id",
            "scope",
            "redirect_uri",
            "state",
            "response_type",
            "prompt",
            "code_challenge",
            "code_challenge_method");
    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Params params;
    private final String redirectUri;
    private final List<String> scopes;

    private AuthorizationRequest(Params params, String redirectUri, List<String> scopes) {
        this.params = params;
        this.redirectUri = redirectUri;
        this.scopes = scopes;
    }

    /** Validates the request. An error is shown on a page if the redirect URI is invalid, else sent to the callback. */
    static AuthorizationRequest check(Params params, App app) {
        if (!App.isClient(params.get("client_id"))) {
            throw Errors.page(400, "We can't identify the app that is requesting access.", "client_unknown");
        }
        String redirectUri = params.get("redirect_uri");
        if (redirectUri == null || !app.isCallback(redirectUri)) {
            throw Errors.page(400, "The redirect_uri is not the app's callback URL.", "redirect_uri_mismatch");
        }
        CallbackRedirect back = new CallbackRedirect(URI.create(redirectUri), params.get("state"));
        checkParameters(params, back);
        checkPkce(params, back);
        return new AuthorizationRequest(params, redirectUri, scopes(params, app, back));
    }

    private static void checkParameters(Params params, CallbackRedirect back) {
        if (!App.AUDIENCE.equals(params.get("audience"))) {
            throw back.refuse("invalid_request", "audience must be api.atlassian.com", "audience_missing");
        }
        if (!"code".equals(params.get("response_type"))) {
            throw back.refuse("unsupported_response_type", "response_type must be code", "response_type_not_code");
        }
        if (!params.has("state")) {
            throw back.refuse("invalid_request", "state is required", "state_missing");
        }
        if (!"consent".equals(params.get("prompt"))) {
            throw back.refuse("invalid_request", "prompt must be consent", "prompt_not_consent");
        }
    }

    private static List<String> scopes(Params params, App app, CallbackRedirect back) {
        String scope = params.get("scope");
        if (scope == null || scope.isBlank()) {
            throw back.refuse("invalid_request", "scope is required", "scope_missing");
        }
        List<String> scopes =
                List.of(scope.trim().split(" +")).stream().distinct().toList();
        scopes.stream().filter(each -> !app.enables(each)).findFirst().ifPresent(unknown -> {
            String why = "The scope " + unknown + " is not enabled for the app";
            throw back.refuse("invalid_scope", why, "scope_not_enabled");
        });
        return scopes;
    }

    private static void checkPkce(Params params, CallbackRedirect back) {
        String challenge = params.get("code_challenge");
        String method = params.get("code_challenge_method");
        if (challenge == null && method == null) {
            return;
        }
        if (challenge == null || method == null) {
            String why = "code_challenge and code_challenge_method go together";
            throw back.refuse("invalid_request", why, "pkce_incomplete");
        }
        if (!method.equals("S256")) {
            throw back.refuse("invalid_request", "code_challenge_method must be S256", "pkce_method_refused");
        }
        if (!S256_CHALLENGE.matcher(challenge).matches()) {
            String why = "code_challenge must be 43 characters of base64url";
            throw back.refuse("invalid_request", why, "pkce_challenge_malformed");
        }
    }

    List<String> scopes() {
        return scopes;
    }

    String redirectUri() {
        return redirectUri;
    }

    @Nullable
    String challenge() {
        return params.get("code_challenge");
    }

    /** The site that the user chose on the page, or that a script named in the address. */
    @Nullable
    String site() {
        return params.get("site");
    }

    CallbackRedirect back() {
        return new CallbackRedirect(URI.create(redirectUri), params.get("state"));
    }

    /** Adds the request as hidden fields; they are validated again when the form is submitted. */
    void hideIn(Page page) {
        PARAMETERS.forEach(name -> page.hiddenField(name, params.get(name)));
    }
}
