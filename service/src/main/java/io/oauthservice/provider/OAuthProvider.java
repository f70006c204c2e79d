package io.oauthservice.provider;

import io.oauthservice.core.Platform;
import java.net.URI;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * One outside platform, in five calls. The install flow makes the first three in this order, the token life cycle the
 * fourth, the end of an installation the fifth.
 *
 * <p>Every call may fail with a {@link ProviderException} and with nothing else. No call repeats a request whose repeat
 * could cost a grant: what may be repeated, and when, is decided by the caller from the exception's class.
 */
public interface OAuthProvider {

    Platform platform();

    /** The name that people know the platform by. */
    String displayName();

    /** Where the browser goes to give its consent. Never empty. Fails only where an address must first be asked for. */
    Mono<URI> authorizationUrl(Authorization authorization);

    /**
     * Turns what the browser brought back into tokens, one set for each grant of this consent. Ids in the callback's
     * query are not believed: the provider is asked whether they belong to whoever gave the code. Called once per
     * callback and never repeated. Never empty.
     */
    Mono<Consent> exchangeCode(Callback callback);

    /** Who and what these tokens reach. Never empty. */
    Mono<InstallationInfo> installationInfo(OAuthTokens tokens);

    /**
     * New tokens for a stored grant. Called under the grant's lease only. Never empty; a
     * {@link ProviderException.ReconnectRequired} says that the provider will give none any more.
     */
    Mono<OAuthTokens> refreshTokens(Grant grant);

    /**
     * Ends the grant at the provider, as far as it has a way to. Completes when the grant is gone, also when it was gone
     * already; repeating it does no harm.
     */
    Mono<Void> revokeTokens(Grant grant);

    /**
     * Revokes tokens of a code exchange that could not be stored, so that no unknown token stays valid. The
     * organisation's other grants and its installation at the provider stay. Completes also where they are gone already.
     */
    default Mono<Void> discardTokens(OAuthTokens tokens) {
        return revokeTokens(new Grant("", null, null, tokens.accessToken(), tokens.refreshToken()));
    }

    /**
     * Asks the provider about the grant's access token. Called when a caller reports that the token was rejected. Never
     * empty; fails where the provider gives no answer.
     */
    Mono<TokenCheck> checkToken(Grant grant);

    /**
     * Whether the provider takes our own credentials: asked before a burst of refusals is believed. Completes where it
     * does; fails with {@link ProviderException.Misconfigured} where it does not, else without a verdict. No grant is
     * touched.
     */
    Mono<Void> checkCredentials();

    /** How tokens of this platform age: see {@link RefreshRules}. */
    RefreshRules refreshRules(Grant grant);

    /**
     * Whether the text can be the id of an organisation on this platform. Such a text is never compared with names, because
     * anybody can choose a name that looks like the id of another organisation.
     */
    boolean isOrganisationId(String text);

    /** Whether the authorization carries a PKCE challenge (RFC 7636, S256). */
    default boolean pkce() {
        return false;
    }

    /** The scopes that were asked for, for the grant of these tokens; empty where permissions belong to the app. */
    default Set<String> requestedScopes(OAuthTokens tokens) {
        return Set.of();
    }
}
