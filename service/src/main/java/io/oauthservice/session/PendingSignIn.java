package io.oauthservice.session;

import io.oauthservice.core.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A sign-in that waits for the person at the OpenID provider. It is stored in the browser's cookie only, so that
 * unknown browsers use no memory. The values for the provider are derived from the cookie and do not reveal it.
 *
 * @param browser the random part of the cookie
 * @param returnTo the page to show afterwards
 */
record PendingSignIn(Secret browser, String returnTo) {

    static PendingSignIn start(String returnTo) {
        return new PendingSignIn(Secret.random(), returnTo);
    }

    /** Empty where this is not such a cookie. */
    static Optional<PendingSignIn> parse(String cookie) {
        int dot = cookie.indexOf('.');
        return dot < 0
                ? Optional.empty()
                : Secret.parseRandom(cookie.substring(0, dot))
                        .map(browser -> new PendingSignIn(browser, decode(cookie.substring(dot + 1))));
    }

    /** An address that was changed on its way is replaced. */
    private static String decode(String encoded) {
        try {
            return SavedRequest.checkedReturnTo(
                    new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return SavedRequest.HOME;
        }
    }

    String cookie() {
        byte[] text = returnTo.getBytes(StandardCharsets.US_ASCII);
        return browser.value() + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    Secret state() {
        return derive("state");
    }

    Secret nonce() {
        return derive("nonce");
    }

    /** The code verifier of PKCE. */
    Secret verifier() {
        return derive("verifier");
    }

    private Secret derive(String purpose) {
        return Secret.of(Secret.of("oidc " + browser.value() + " " + purpose).sha256());
    }
}
