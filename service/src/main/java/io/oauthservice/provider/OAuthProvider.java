package io.oauthservice.provider;

import java.net.URI;
import reactor.core.publisher.Mono;

/**
 * The five calls to a provider. The install flow makes the first three in this order, a refresh the fourth, the end of
 * an installation the fifth. What only some providers can do is a capability: a small interface that the same class
 * implements, such as {@link TokenChecker}.
 *
 * <p>Every call fails with a {@link ProviderException} and with nothing else. No call repeats a request whose
 * repetition could cost a grant: the caller decides by the exception's class what may be repeated, and when.
 *
 * <p>Neither this interface nor a capability has default methods, so that {@link GuardedProvider} cannot miss one.
 */
public interface OAuthProvider {

    PlatformDescription description();

    /**
     * The registration that grants belong to: our App or client at the platform. Another one can neither use nor end
     * them. At most 255 characters, the same on every replica, without a call.
     */
    String registration();

    /** The address of the consent page. Never empty. Calls the provider only where it must be asked for an address. */
    Mono<URI> authorizationUrl(Authorization authorization);

    /**
     * Exchanges the code of a callback for tokens, one set for each grant of this consent. Ids in the callback's
     * parameters are not trusted: the provider is asked whether they belong to the user who gave the code. Called once
     * per callback and never repeated. Never empty.
     */
    Mono<Consent> exchangeCode(Callback callback);

    /** The account and the organisations of a new grant. May be repeated. Never empty. */
    Mono<InstallationInfo> installationInfo(NewGrant grant);

    /**
     * Refreshes a stored grant. Called only under the grant's lease. Never empty; fails with
     * {@link ProviderException.GrantEnded} where the provider no longer refreshes this grant.
     */
    Mono<OAuthTokens> refreshTokens(Grant grant);

    /**
     * Ends the grant at the provider, as far as the provider offers a way. Completes when the grant has ended, also
     * when it had ended before; may be repeated.
     */
    Mono<Void> revokeTokens(Grant grant);
}
