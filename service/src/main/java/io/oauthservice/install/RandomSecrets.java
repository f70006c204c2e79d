package io.oauthservice.install;

import io.oauthservice.core.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** Unguessable values: 256 bits in 43 URL-safe characters, as RFC 7636 section 4.1 requires of a code verifier. */
final class RandomSecrets {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private RandomSecrets() {}

    static Secret next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
