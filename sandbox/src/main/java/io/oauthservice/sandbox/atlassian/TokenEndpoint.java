package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;

/** {@code /oauth/token}: exchanges codes and refreshes tokens. It takes JSON, as documented, and forms. */
final class TokenEndpoint {

    private final CodeGrant code;
    private final RefreshGrant refresh;

    TokenEndpoint(AtlassianState atlassian) {
        this.code = new CodeGrant(atlassian);
        this.refresh = new RefreshGrant(atlassian);
    }

    /** The operation of a request: {@code exchange} or {@code refresh}. */
    static String operation(Request request) {
        return "refresh_token".equals(request.form().get("grant_type")) ? "refresh" : "exchange";
    }

    Reply answer(Request request) {
        Params form = request.form();
        ClientCredentials.check(request, form);
        return switch (form.get("grant_type")) {
            case "authorization_code" -> code.answer(form);
            case "refresh_token" -> refresh.answer(form);
            case null -> throw Errors.invalidRequest("grant_type is required", "grant_type_missing");
            default ->
                throw new RejectionException(Errors.token(400, "unsupported_grant_type", "Unsupported grant_type")
                        .violating("grant_type_unsupported"));
        };
    }
}
