package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException.BadRequest;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A callback whose state is consumed.
 *
 * @param code the authorization code; null where the provider sent none
 * @param redirectUri as in the authorization
 * @param codeVerifier as in the authorization
 * @param parameters the query's other parameters, for the provider to interpret; the browser's user can write them, so
 *     none is trusted unchecked
 */
public record Callback(
        @Nullable Secret code, URI redirectUri, @Nullable Secret codeVerifier, Map<String, String> parameters) {

    public Callback {
        parameters = Map.copyOf(parameters);
    }

    /** The code; fails with {@link BadRequest} where there is none. */
    public Mono<Secret> requireCode() {
        return code == null
                ? Mono.error(new BadRequest("code_missing", "The callback carries no authorization code"))
                : Mono.just(code);
    }
}
