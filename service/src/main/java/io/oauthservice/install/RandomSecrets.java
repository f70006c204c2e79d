package io.oauthservice.install;

import io.oauthservice.core.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** Values that nobody can guess: 256 bits, 43 characters that need no escaping anywhere (RFC 7636 asks for as much). */
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
