package io.oauthservice.install;

import io.oauthservice.core.Platform;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.ConnectTerms;
import io.oauthservice.installation.GrantConnector;
import io.oauthservice.installation.GrantToConnect;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.RevocationInProgressException;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.web.DataErrors;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The grants of a code exchange: described by their provider, then stored or discarded. */
@Component
class NewGrants {

    private static final Logger log = LoggerFactory.getLogger(NewGrants.class);
    private static final int RESERVATIONS = 3;

    /** {@code installationInfo} may be repeated; the code exchange before it may not. */
    static final int INFO_RETRIES = 2;

    private static final Retry RETRY_INFO = Retry.backoff(INFO_RETRIES, Duration.ofMillis(200))
            .filter(ProviderException.Retryable.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    /**
     * A call to revoke the grant may begin after the flow has checked for one, and other flows may hold the locks of
     * its organisations for long. The code works once, so the tokens are stored at a further attempt.
     */
    private static final Retry CONNECT_AGAIN = Retry.max(2)
            .filter(failure -> failure instanceof RevocationInProgressException || DataErrors.isLockTimeout(failure))
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    private final GrantConnector connector;
    private final GrantCipher cipher;
    private final RevokedGrants revoked;

    NewGrants(GrantConnector connector, GrantCipher cipher, RevokedGrants revoked) {
        this.connector = connector;
        this.cipher = cipher;
        this.revoked = revoked;
    }

    /**
     * Reads the account and the organisations of a new grant. On a final failure its tokens are revoked. After a
     * transient failure they stay valid: in a reconnect, revoking them may also end the stored grant.
     */
    Mono<Described> describe(GuardedProvider provider, NewGrant grant) {
        return provider.installationInfo(grant)
                .retryWhen(RETRY_INFO)
                .onErrorResume(
                        NewGrants::isFinal,
                        failure -> discard(provider, grant, true).then(Mono.error(failure)))
                .map(info -> new Described(grant, info));
    }

    /** Stores a described grant under these terms. Its tokens are discarded if they can never be stored. */
    Mono<Installation> store(GuardedProvider provider, PendingFlow flow, Described grant, ConnectTerms terms) {
        return connect(provider, flow, grant.info(), grant.grant(), terms)
                .onErrorResume(
                        NewGrants::isNotStorable,
                        failure -> discard(provider, grant.grant(), true).then(Mono.error(failure)));
    }

    /**
     * Revokes tokens that were not stored. A failure is only logged.
     *
     * @param connected whether the same grant is, or may be, connected here: its stored tokens stay valid
     */
    Mono<Void> discard(GuardedProvider provider, NewGrant grant, boolean connected) {
        return provider.discardTokens(grant, connected)
                .doOnSuccess(done -> log.warn("Unstored tokens discarded: platform={}", provider.platform()))
                .onErrorResume(ProviderException.class, failure -> {
                    log.warn(
                            "Unstored tokens not discarded: platform={} error={}", provider.platform(), failure.code());
                    return Mono.empty();
                });
    }

    /**
     * Whether the provider's response can never be stored. After a failure of the database it is unknown whether the
     * grant was stored, so its tokens stay valid.
     */
    static boolean isNotStorable(Throwable failure) {
        return DataErrors.isDataError(failure)
                || (failure instanceof ProviderException.BadRequest bad
                        && bad.code().equals("unexpected_answer"));
    }

    private static boolean isFinal(Throwable failure) {
        return failure instanceof ProviderException known && known.isFinal();
    }

    private Mono<Installation> connect(
            GuardedProvider provider, PendingFlow flow, InstallationInfo info, NewGrant grant, ConnectTerms terms) {
        Platform platform = provider.platform();
        return Mono.defer(() -> connector.reserve(platform, info.grantKey()))
                .flatMap(id -> cipher.encrypt(id, grant.tokens(), provider.refreshRules(info.grant()))
                        .map(encrypted -> new GrantToConnect(
                                id,
                                platform,
                                provider.registration(),
                                info,
                                encrypted,
                                List.copyOf(grant.requestedScopes()),
                                provider.revokesByInstallation(info.grant()))))
                .flatMap(ready -> revoked.awaitUsable(provider, ready.id(), info, grant.tokens())
                        .then(Mono.defer(() -> connector.connect(ready, terms)))
                        .retryWhen(CONNECT_AGAIN)
                        .onErrorMap(RevocationInProgressException.class, busy -> RevokedGrants.inProgress(provider)))
                .repeatWhenEmpty(RESERVATIONS, again -> again)
                .doOnNext(installation -> log.info(
                        "Installation connected: platform={} installation={} org={} by={}",
                        platform,
                        installation.id(),
                        installation.externalOrgId(),
                        flow.requestedBy() == null ? "a browser" : flow.requestedBy()));
    }

    /** A grant and what its provider says about it. */
    record Described(NewGrant grant, InstallationInfo info) {}
}
