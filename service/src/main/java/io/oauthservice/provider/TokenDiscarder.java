package io.oauthservice.provider;

import reactor.core.publisher.Mono;

/** A provider where revoking the tokens of a new grant could also end other grants or the installation. */
public interface TokenDiscarder {

    /**
     * Revokes the tokens of a code exchange that could not be stored, so that no unknown token stays valid. Other
     * grants of the organisation and its installation stay. Completes also where the tokens were revoked before.
     * Without this capability the tokens are revoked by {@link OAuthProvider#revokeTokens}.
     *
     * @param connected whether the same grant is, or may be, connected here: its stored tokens stay valid
     */
    Mono<Void> discardTokens(NewGrant grant, boolean connected);
}
