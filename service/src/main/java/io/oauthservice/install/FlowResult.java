package io.oauthservice.install;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What a browser sees at the end of a flow: a page, or another address. Holds nothing secret.
 *
 * @param startAgain whether the page has a link that starts a new flow
 * @param location where the browser goes; null: it stays on the page
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
