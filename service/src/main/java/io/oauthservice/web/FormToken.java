package io.oauthservice.web;

import io.oauthservice.core.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The token in a form. Only a page that this browser has opened contains it, because other sites do not know the
 * browser's cookie. It is derived from the cookie, and reveals nothing of it.
 */
public final class FormToken {

    private FormToken() {}

    /**
     * The token.
     *
     * @param browser the value of the browser's cookie
     * @param purpose what the form does; its token is accepted for nothing else
     */
    public static String of(Secret browser, String purpose) {
        return Secret.of("form " + browser.value() + " " + purpose).sha256();
    }

    /** Whether a form has sent the token. Compares in constant time. */
    public static boolean matches(Secret browser, String purpose, @Nullable String sent) {
        return sent != null && Secret.of(of(browser, purpose)).equals(Secret.of(sent));
    }
}
