package io.oauthservice.grant;

import java.time.Duration;

/** The caller requests a longer lifetime than the provider's tokens can have. */
public final class TokenTooShortLivedException extends RuntimeException {

    private final Duration longest;

    TokenTooShortLivedException(Duration longest) {
        super("A token can be requested with a remaining life of at most " + longest);
        this.longest = longest;
    }

    /** The longest remaining life that can be requested: half of the token's life. */
    public Duration longest() {
        return longest;
    }
}
