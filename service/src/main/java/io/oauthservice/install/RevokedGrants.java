package io.oauthservice.install;

import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.RevocationQueue;
import io.oauthservice.installation.RevocationState;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.TokenCheck;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Grants that were revoked here and are being connected again. Their revocation at the provider may end the new grant
 * as well, while the flow is in progress.
 */
@Component
class RevokedGrants {

    private static final Logger log = LoggerFactory.getLogger(RevokedGrants.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** Longer than a call to revoke can be in progress. */
    private static final Duration LONGEST_WAIT = RevocationState.LONGEST_CALL.plusSeconds(7);

    private final RevocationQueue revocations;

    RevokedGrants(RevocationQueue revocations) {
        this.revocations = revocations;
    }

    /**
     * Completes when the grant can be stored: at once if it was not revoked here. Otherwise waits while a call to
     * revoke it is in progress, and then asks the provider once whether it accepts the new token. Fails if it does not.
     */
    Mono<Void> awaitUsable(GuardedProvider provider, InstallationId id, InstallationInfo info, OAuthTokens tokens) {
        Mono<RevocationState> state =
                Mono.defer(() -> revocations.findState(id, provider.platform(), provider.registration(), info));
        Mono<Void> checked = Mono.defer(() -> check(provider, info, tokens));
        return state.flatMap(found -> switch (found) {
            case NONE -> Mono.empty();
            case REVOKED -> checked;
            case IN_PROGRESS -> awaitEnd(provider, state).then(checked);
        });
    }

    /** Holds no connection between two reads. */
    private static Mono<RevocationState> awaitEnd(GuardedProvider provider, Mono<RevocationState> state) {
        return state.delaySubscription(POLL_INTERVAL)
                .repeat()
                .filter(found -> found != RevocationState.IN_PROGRESS)
                .next()
                .timeout(LONGEST_WAIT, Mono.error(() -> inProgress(provider)));
    }

    private static Mono<Void> check(GuardedProvider provider, InstallationInfo info, OAuthTokens tokens) {
        Grant grant = info.grant().withTokens(tokens.accessToken(), tokens.refreshToken());
        return provider.checkToken(grant)
                .onErrorResume(ProviderException.class, failure -> {
                    log.warn("New token not checked: platform={} error={}", provider.platform(), failure.code());
                    return Mono.just(TokenCheck.UNDECIDED);
                })
                .flatMap(check -> check == TokenCheck.REJECTED ? Mono.error(() -> revoked(provider)) : Mono.empty());
    }

    static Retryable inProgress(GuardedProvider provider) {
        return Retryable.notSent("revocation_in_progress", "The grant is being revoked at " + provider.displayName());
    }

    private static BadRequest revoked(GuardedProvider provider) {
        return new BadRequest(
                "revoked_meanwhile",
                "The former connection was being revoked at " + provider.displayName()
                        + " at the same time, which ended the new one as well");
    }
}
