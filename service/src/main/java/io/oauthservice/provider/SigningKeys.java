package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** Private keys that sign where they are kept, and are never seen. There is none where no such place is configured. */
public interface SigningKeys {

    /**
     * A signature by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3), encoded as a JWS wants it. Fails where the
     * key is not there, may not be used, or cannot be reached; the message says which.
     *
     * @param key its name where it is kept
     * @param input what is signed, in ASCII
     */
    Mono<String> rs256(String key, String input);
}
