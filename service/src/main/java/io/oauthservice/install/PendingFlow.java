package io.oauthservice.install;

import io.oauthservice.core.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A flow between its start and its callback.
 *
 * @param codeVerifier the PKCE verifier; null without PKCE
 * @param returnTo the final target of the browser; null for a plain result page
 * @param requestedBy the caller who started it; null for an anonymous browser
 */
record PendingFlow(
        URI redirectUri,
        @Nullable Secret codeVerifier,
        @Nullable String returnTo,
        @Nullable String requestedBy) {}
