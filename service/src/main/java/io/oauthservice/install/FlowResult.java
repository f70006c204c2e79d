package io.oauthservice.install;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The result of a flow: a page or a redirect. Contains no secret.
 *
 * @param startAgain whether the page has a link to start a new flow
 * @param location the target of the redirect; null for a page
 */
record FlowResult(
        int status,
        String title,
        String text,
        boolean startAgain,
        @Nullable String location) {

    static FlowResult page(HttpStatus status, String title, String text) {
        return new FlowResult(status.value(), title, text, false, null);
    }

    static FlowResult startAgain(HttpStatus status, String title, String text) {
        return new FlowResult(status.value(), title, text, true, null);
    }

    static FlowResult redirect(URI target) {
        return new FlowResult(HttpStatus.FOUND.value(), "", "", false, target.toString());
    }
}
