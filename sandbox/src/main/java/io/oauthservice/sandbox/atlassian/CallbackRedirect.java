package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Redirects the browser back to the app. */
record CallbackRedirect(URI to, @Nullable String state) {

    Reply withCode(String code, User user) {
        return with(new Params().and("code", code)).about(user.grant());
    }

    Reply deny(User by) {
        return fail("access_denied", "User did not authorize the request").about(by.grant());
    }

    RejectionException refuse(String error, String description, String violation) {
        return new RejectionException(fail(error, description).violating(violation));
    }

    private Reply fail(String error, String description) {
        return with(new Params().and("error", error).and("error_description", description));
    }

    private Reply with(Params result) {
        return Reply.redirect(to, result.and("state", state));
    }
}
