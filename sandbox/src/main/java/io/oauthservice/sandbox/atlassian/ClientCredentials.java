package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Request;

/** Authenticates the app. PKCE does not replace this. */
final class ClientCredentials {

    private ClientCredentials() {}

    /** The credentials are in the body, or in HTTP Basic. */
    static void check(Request request, Params form) {
        Request.Basic basic = request.basic();
        if (!App.isClient(basic == null ? form.get("client_id") : basic.user())) {
            throw Errors.unauthorizedClient("client_unknown");
        }
        if (!App.isSecret(basic == null ? form.get("client_secret") : basic.password())) {
            throw Errors.unauthorizedClient("bad_client_secret");
        }
    }
}
