package io.oauthservice.install;

import io.oauthservice.core.Secret;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A flow between its start and its callback.
 *
 * @param codeVerifier the PKCE verifier; null without PKCE
 * @param returnTo the final target of the browser; null for a plain result page
 * @param requestedBy the caller who started it, or who created its link; null for a browser without a caller
 * @param link the install link that it uses; null: none
 * @param openerOrigin of the page that gets the outcome; null: none
 */
record PendingFlow(
        URI redirectUri,
        @Nullable Secret codeVerifier,
        @Nullable String returnTo,
        @Nullable String requestedBy,
        @Nullable UUID link,
        @Nullable String openerOrigin) {

    /** Whether it leads back to the page: a caller has started it without a link, to return to this service. */
    boolean isOfPage() {
        return link == null
                && requestedBy != null
                && returnTo != null
                && returnTo.startsWith(redirectUri.resolve("/").toString());
    }
}
