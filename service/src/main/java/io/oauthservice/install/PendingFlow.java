package io.oauthservice.install;

import io.oauthservice.core.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A flow that has left for the provider and is not back yet.
 *
 * @param codeVerifier of PKCE; null where the provider takes none
 * @param returnTo where the browser goes in the end; null: a plain result page
 * @param requestedBy the caller who started it; null: a browser
 */
record PendingFlow(
        URI redirectUri,
        @Nullable Secret codeVerifier,
        @Nullable String returnTo,
        @Nullable String requestedBy) {}
