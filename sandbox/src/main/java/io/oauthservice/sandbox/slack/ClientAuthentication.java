package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Request;
import java.util.Locale;

/** Authenticates the app. */
final class ClientAuthentication {

    private ClientAuthentication() {}

    /** Checks HTTP Basic credentials, else the two parameters. */
    static void check(Request request, Params params) {
        Request.Basic basic = request.basic();
        String id = basic == null ? params.get("client_id") : basic.user();
        String secret = basic == null ? params.get("client_secret") : basic.password();
        if (!App.isClient(id)) {
            throw Errors.refuse("invalid_client_id", "client_unknown");
        }
        if (!App.isSecret(secret)) {
            throw Errors.refuse("bad_client_secret", "bad_client_secret");
        }
    }

    static void checkForm(Request request) {
        String type = request.header("Content-Type");
        if (type == null) {
            throw Errors.refuse("missing_post_type", "not_a_form");
        }
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            throw Errors.refuse("invalid_post_type", "not_a_form");
        }
    }
}
