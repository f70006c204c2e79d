package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The parameters of an authorization URL.
 *
 * @param state opaque and single-use; the callback returns it
 * @param redirectUri where the provider sends the browser; the code exchange sends the same value
 * @param codeVerifier the PKCE verifier, whose S256 challenge is part of the URL; null without PKCE
 */
public record Authorization(
        Secret state, URI redirectUri, @Nullable Secret codeVerifier) {

    /**
     * An authorization URL (RFC 6749 section 4.1.1) with these parameters, percent-encoded; empty values are left out.
     */
    public static URI url(URI base, String path, Map<String, ?> parameters) {
        UriComponentsBuilder url = UriComponentsBuilder.fromUri(base).path(path);
        parameters.forEach((name, value) -> {
            if (!"".equals(value)) {
                url.queryParam(name, "{" + name + "}");
            }
        });
        return url.encode().build(parameters);
    }
}
