package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.wire.Params;
import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;
import io.oauthservice.sandbox.wire.Request;

/** {@code /oauth/token}: codes become tokens, tokens become newer ones. JSON is documented, a form works as well. */
final class TokenEndpoint {

    private final CodeGrant code;
    private final RefreshGrant refresh;

    TokenEndpoint(World world) {
        this.code = new CodeGrant(world);
        this.refresh = new RefreshGrant(world);
    }

    /** What a call to this address is: {@code exchange} or {@code refresh}. */
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
                throw new Refusal(Errors.token(400, "unsupported_grant_type", "Unsupported grant_type")
                        .violating("grant_type_unsupported"));
        };
    }
}
