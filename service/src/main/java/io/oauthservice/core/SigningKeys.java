package io.oauthservice.core;

import reactor.core.publisher.Mono;

/** Private keys that a key service keeps and signs with. The bean exists only where a key service is configured. */
public interface SigningKeys {

    /**
     * A signature by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3), base64url-encoded for a JWS. Fails where
     * the key does not exist, may not be used, or cannot be reached; the message says which.
     *
     * @param key its name in the key service
     * @param input the text to sign, in ASCII
     */
    Mono<String> rs256(String key, String input);
}
