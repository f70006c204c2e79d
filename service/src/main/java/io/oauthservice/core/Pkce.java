package io.oauthservice.core;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** PKCE code challenges, method S256 (RFC 7636 section 4.2). */
public final class Pkce {

    public static final String METHOD = "S256";

    private Pkce() {}

    public static String challenge(Secret codeVerifier) {
        byte[] digest = Sha256.digest(codeVerifier.value().getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
