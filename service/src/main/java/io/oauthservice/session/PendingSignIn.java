package io.oauthservice.session;

import io.oauthservice.core.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A sign-in that waits for the person at the OpenID provider. Only the browser's cookie remembers it, so that unknown
 * browsers take no memory. What the provider gets is derived from the cookie, and reveals nothing of it.
 *
 * @param browser the random part of the cookie
 * @param target the page to show afterwards
 */
record PendingSignIn(Secret browser, String target) {

    static PendingSignIn start(String target) {
        return new PendingSignIn(Secret.random(), target);
    }

    /** Empty where this is not such a cookie. */
    static Optional<PendingSignIn> parse(String cookie) {
        int dot = cookie.indexOf('.');
        return dot < 0
                ? Optional.empty()
                : Secret.parseRandom(cookie.substring(0, dot))
                        .map(browser -> new PendingSignIn(browser, decoded(cookie.substring(dot + 1))));
    }

    /** A target that was changed on its way is replaced. */
    private static String decoded(String target) {
        try {
            return SignedOut.target(new String(Base64.getUrlDecoder().decode(target), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return SignedOut.HOME;
        }
    }

    String cookie() {
        byte[] text = target.getBytes(StandardCharsets.US_ASCII);
        return browser.value() + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    Secret state() {
        return derived("state");
    }

    Secret nonce() {
        return derived("nonce");
    }

    /** The code verifier of PKCE. */
    Secret verifier() {
        return derived("verifier");
    }

    private Secret derived(String purpose) {
        return Secret.of(Secret.of("oidc " + browser.value() + " " + purpose).sha256());
    }
}
