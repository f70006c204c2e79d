package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the browser brought back, its state already taken.
 *
 * @param code the authorization code; null where the provider sent none
 * @param redirectUri as in the authorization
 * @param codeVerifier as in the authorization
 * @param hints the query's other parameters: written by whoever holds the browser, so never believed unchecked
 */
public record Callback(
        @Nullable Secret code, URI redirectUri, @Nullable Secret codeVerifier, Map<String, String> hints) {

    public Callback {
        hints = Map.copyOf(hints);
    }
}
