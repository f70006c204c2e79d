package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.core.Secret;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.RevocationInProgress;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.Callback;
import io.oauthservice.provider.Consent;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.NewGrant;
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

/** The install flow without HTTP: from the start to the provider, and from the callback to stored installations. */
@Component
class InstallFlow {

    private static final Logger log = LoggerFactory.getLogger(InstallFlow.class);
    private static final int RESERVATIONS = 3;

    /** {@code installationInfo} may be repeated; the code exchange before it may not. */
    private static final Retry RETRY_INFO = Retry.backoff(2, Duration.ofMillis(200))
            .filter(ProviderException.Retryable.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    /** A call to revoke the grant may begin after the flow has looked for one. */
    private static final Retry AFTER_REVOCATION = Retry.max(2)
            .filter(RevocationInProgress.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    private final States states;
    private final Installations installations;
    private final GrantCipher cipher;
    private final RevokedGrants revoked;
    private final PublicAddress address;

    InstallFlow(
            States states,
            Installations installations,
            GrantCipher cipher,
            RevokedGrants revoked,
            PublicAddress address) {
        this.states = states;
        this.installations = installations;
        this.cipher = cipher;
        this.revoked = revoked;
        this.address = address;
    }

    /** The address of the consent page. The state is stored before the result is emitted. */
    Mono<URI> begin(GuardedProvider provider, Secret browser, @Nullable String returnTo, @Nullable String requestedBy) {
        Secret state = RandomSecrets.next();
        Secret verifier = provider.description().pkce() ? RandomSecrets.next() : null;
        URI redirectUri = address.callbackUrl(provider.platform().id());
        PendingFlow flow = new PendingFlow(redirectUri, verifier, returnTo, requestedBy);
        return provider.authorizationUrl(new Authorization(state, redirectUri, verifier))
                .delayUntil(url -> states.put(state, provider.platform(), browser, flow));
    }

    /** Consumes the state. Empty where it is unknown, expired, used, or of another browser. */
    Mono<PendingFlow> take(GuardedProvider provider, Secret state, Secret browser) {
        return states.take(state, provider.platform(), browser);
    }

    /**
     * Redeems the code and stores the grants. Must not be cancelled: the code works once.
     *
     * @param parameters the query's other parameters
     */
    Mono<Outcome> complete(
            GuardedProvider provider, PendingFlow flow, @Nullable Secret code, Map<String, String> parameters) {
        Callback callback = new Callback(code, flow.redirectUri(), flow.codeVerifier(), parameters);
        return provider.exchangeCode(callback).flatMap(consent -> switch (consent) {
            case Consent.Granted granted -> connect(provider, flow, granted.grants());
            case Consent.AwaitingApproval awaiting -> awaitApproval(provider, awaiting);
        });
    }

    /** A grant that cannot be stored does not prevent the others from being stored. */
    private Mono<Outcome> connect(GuardedProvider provider, PendingFlow flow, List<? extends NewGrant> grants) {
        return Flux.fromIterable(grants)
                .concatMapDelayError(grant -> connect(provider, flow, grant))
                .collectList()
                .<Outcome>map(Outcome.Connected::new)
                .onErrorMap(
                        Exceptions::isMultiple,
                        all -> Exceptions.unwrapMultiple(all).getFirst());
    }

    private Mono<Installation> connect(GuardedProvider provider, PendingFlow flow, NewGrant grant) {
        return info(provider, grant)
                .flatMap(info -> store(provider, flow, info, grant)
                        .onErrorResume(
                                InstallFlow::isNotStorable,
                                failure -> discard(provider, grant).then(Mono.error(failure))));
    }

    /**
     * Nothing is stored before it succeeds, so its final failure leaves tokens that are not used. After an outage they stay
     * valid: a reconnect may have got them for the stored grant, which a provider may end with them.
     */
    private static Mono<InstallationInfo> info(GuardedProvider provider, NewGrant grant) {
        return provider.installationInfo(grant)
                .retryWhen(RETRY_INFO)
                .onErrorResume(
                        InstallFlow::isFinal,
                        failure -> discard(provider, grant).then(Mono.error(failure)));
    }

    /**
     * Whether the provider's response can never be stored. After a failure of the database it is unknown whether the grant
     * was stored, so its tokens stay valid.
     */
    static boolean isNotStorable(Throwable failure) {
        return DataErrors.isDataError(failure)
                || (failure instanceof ProviderException.BadRequest bad
                        && bad.code().equals("unexpected_answer"));
    }

    private static boolean isFinal(Throwable failure) {
        return switch (failure) {
            case ProviderException.Retryable outage -> false;
            case ProviderException.RateLimited limited -> false;
            case ProviderException known -> true;
            default -> false;
        };
    }

    private static Mono<Void> discard(GuardedProvider provider, NewGrant grant) {
        return provider.discardTokens(grant)
                .doOnSuccess(done -> log.warn("Unstored tokens discarded: platform={}", provider.platform()))
                .onErrorResume(ProviderException.class, failure -> {
                    log.warn(
                            "Unstored tokens not discarded: platform={} error={}", provider.platform(), failure.code());
                    return Mono.empty();
                });
    }

    private Mono<Installation> store(
            GuardedProvider provider, PendingFlow flow, InstallationInfo info, NewGrant grant) {
        Platform platform = provider.platform();
        List<String> requested = List.copyOf(grant.requestedScopes());
        return Mono.defer(() -> installations.reserve(platform, info.grantKey()))
                .flatMap(id -> cipher.encrypt(id, grant.tokens(), provider.refreshRules(info.grant()))
                        .flatMap(encrypted -> revoked.awaitUsable(provider, id, info, grant.tokens())
                                .then(Mono.defer(() -> installations.connect(
                                        id,
                                        platform,
                                        provider.registration(),
                                        info,
                                        encrypted,
                                        requested,
                                        provider.revokesByInstallation(info.grant()))))
                                .retryWhen(AFTER_REVOCATION)
                                .onErrorMap(RevocationInProgress.class, busy -> RevokedGrants.inProgress(provider))))
                .repeatWhenEmpty(RESERVATIONS, again -> again)
                .doOnNext(installation -> log.info(
                        "Installation connected: platform={} installation={} org={} by={}",
                        platform,
                        installation.id(),
                        installation.externalOrgId(),
                        flow.requestedBy() == null ? "a browser" : flow.requestedBy()));
    }

    private Mono<Outcome> awaitApproval(GuardedProvider provider, Consent.AwaitingApproval awaiting) {
        InstallationInfo requested = awaiting.requested();
        Mono<Void> stored = requested == null
                ? Mono.empty()
                : installations.awaitApproval(
                        provider.platform(), provider.registration(), requested, awaiting.requesterId());
        return stored.thenReturn(new Outcome.Awaiting());
    }

    sealed interface Outcome {
        record Connected(List<Installation> installations) implements Outcome {}

        record Awaiting() implements Outcome {}
    }
}
