package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization URL is made of.
 *
 * @param state opaque, single use; comes back with the callback
 * @param redirectUri where the provider sends the browser; the same value goes with the code exchange
 * @param codeVerifier the PKCE verifier, whose S256 challenge goes into the URL; null where the provider takes none
 */
public record Authorization(
        Secret state, URI redirectUri, @Nullable Secret codeVerifier) {}
