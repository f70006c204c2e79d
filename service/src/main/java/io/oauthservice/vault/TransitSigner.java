package io.oauthservice.vault;

import io.oauthservice.core.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Signs in the transit engine with private keys that were imported into it. */
final class TransitSigner implements SigningKeys {

    private final TransitCalls calls;

    TransitSigner(TransitCalls calls) {
        this.calls = calls;
    }

    @Override
    public Mono<String> rs256(String key, String input) {
        Map<String, Object> request = Map.of(
                "input",
                Base64.getEncoder().encodeToString(input.getBytes(StandardCharsets.US_ASCII)),
                "signature_algorithm",
                "pkcs1v15",
                "marshaling_algorithm",
                "jws",
                "prehashed",
                false);
        return calls.post("sign/" + key + "/sha2-256", request)
                .map(data -> data.path("signature").asString(""))
                // The engine returns vault:v<version>:<signature>.
                .map(signature -> signature.substring(signature.lastIndexOf(':') + 1));
    }
}
