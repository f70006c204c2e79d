package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.web.DataErrors;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The flow itself, without its HTTP: off to the provider, and from its answer to stored installations. */
@Component
class InstallFlow {

    private static final Logger log = LoggerFactory.getLogger(InstallFlow.class);
    private static final int RESERVATIONS = 3;

    /** Asking who and what a token reaches may be repeated; the code that it came from may not. */
    private static final Retry ASK_AGAIN = Retry.backoff(2, Duration.ofMillis(200))
            .filter(ProviderException.Retryable.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    private final States states;
    private final Installations installations;
    private final GrantCipher cipher;
    private final PublicAddress address;

    InstallFlow(States states, Installations installations, GrantCipher cipher, PublicAddress address) {
        this.states = states;
        this.installations = installations;
        this.cipher = cipher;
        this.address = address;
    }

    /** Where to send the browser; its state is stored by then. */
    Mono<URI> begin(OAuthProvider provider, Secret browser, @Nullable String returnTo, @Nullable String requestedBy) {
        Secret state = RandomSecrets.next();
        Secret verifier = provider.pkce() ? RandomSecrets.next() : null;
        URI redirectUri = address.callbackUrl(provider.platform().id());
        PendingFlow flow = new PendingFlow(redirectUri, verifier, returnTo, requestedBy);
        return provider.authorizationUrl(new Authorization(state, redirectUri, verifier))
                .delayUntil(url -> states.put(state, provider.platform(), browser, flow));
    }

    /** Empty where the state is not this browser's, or not one of ours any more. */
    Mono<PendingFlow> take(OAuthProvider provider, Secret state, Secret browser) {
        return states.take(state, provider.platform(), browser);
    }

    /** Redeems the code and stores what it gives. To be run to its end: the code is spent then. */
    Mono<Outcome> complete(OAuthProvider provider, PendingFlow flow, @Nullable Secret code, Map<String, String> hints) {
        Callback callback = new Callback(code, flow.redirectUri(), flow.codeVerifier(), hints);
        return provider.exchangeCode(callback).flatMap(consent -> switch (consent) {
            case Consent.Granted granted -> connected(provider, flow, granted.grants());
            case Consent.AwaitingApproval awaiting -> awaiting(provider.platform(), awaiting.requested());
        });
    }

    /** One grant that cannot be stored does not keep the others from being stored. */
    private Mono<Outcome> connected(OAuthProvider provider, PendingFlow flow, List<OAuthTokens> grants) {
        return Flux.fromIterable(grants)
                .concatMapDelayError(tokens -> connected(provider, flow, tokens))
                .collectList()
                .<Outcome>map(Outcome.Connected::new)
                .onErrorMap(
                        Exceptions::isMultiple,
                        all -> Exceptions.unwrapMultiple(all).getFirst());
    }

    private Mono<Installation> connected(OAuthProvider provider, PendingFlow flow, OAuthTokens tokens) {
        return provider.installationInfo(tokens)
                .retryWhen(ASK_AGAIN)
                .flatMap(info -> stored(provider, flow, info, tokens))
                .onErrorResume(
                        InstallFlow::isNotStorable,
                        failure -> discarded(provider, tokens).then(Mono.error(failure)));
    }

    /**
     * Whether the answer of the provider can never be stored. After an outage of the database it is not known whether the
     * grant was stored, so its tokens stay valid.
     */
    static boolean isNotStorable(Throwable failure) {
        return DataErrors.isDataError(failure)
                || (failure instanceof ProviderException.BadRequest bad
                        && bad.code().equals("unexpected_answer"));
    }

    private static Mono<Void> discarded(OAuthProvider provider, OAuthTokens tokens) {
        return provider.discardTokens(tokens)
                .doOnSuccess(done -> log.warn("Tokens revoked that cannot be stored: platform={}", provider.platform()))
                .onErrorResume(ProviderException.class, failure -> {
                    log.warn(
                            "Tokens that cannot be stored were not revoked: platform={} error={}",
                            provider.platform(),
                            failure.code());
                    return Mono.empty();
                });
    }

    private Mono<Installation> stored(
            OAuthProvider provider, PendingFlow flow, InstallationInfo info, OAuthTokens tokens) {
        Platform platform = provider.platform();
        List<String> requested = List.copyOf(provider.requestedScopes(tokens));
        return Mono.defer(() -> installations.reserve(platform, info.grantKey()))
                .flatMap(id -> cipher.encrypt(id, tokens, provider.refreshRules(info.grant()))
                        .flatMap(encrypted -> installations.connect(id, platform, info, encrypted, requested)))
                .repeatWhenEmpty(RESERVATIONS, again -> again)
                .doOnNext(installation -> log.info(
                        "Connected: platform={} installation={} org={} by={}",
                        platform,
                        installation.id(),
                        installation.externalOrgId(),
                        flow.requestedBy() == null ? "a browser" : flow.requestedBy()));
    }

    private Mono<Outcome> awaiting(Platform platform, @Nullable InstallationInfo requested) {
        Mono<Void> remembered = requested == null ? Mono.empty() : installations.awaitApproval(platform, requested);
        return remembered.thenReturn(new Outcome.Awaiting());
    }

    /** What came of a flow. */
    sealed interface Outcome {
        record Connected(List<Installation> installations) implements Outcome {}

        record Awaiting() implements Outcome {}
    }
}
