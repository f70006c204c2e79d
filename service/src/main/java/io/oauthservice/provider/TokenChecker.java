package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider that can check whether an access token is still valid. */
public interface TokenChecker {

    /**
     * Checks the grant's access token, because a caller reported that it was rejected. Never empty; fails where the
     * provider gives no usable answer. Without this capability the result is {@link TokenCheck#UNDECIDED}.
     */
    Mono<TokenCheck> checkToken(Grant grant);
}
