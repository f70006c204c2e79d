package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The two steps between which a grant is at stake: redeeming at the provider, and storing what came of it. */
@Component
class RefreshExchange {

    private static final Logger log = LoggerFactory.getLogger(RefreshExchange.class);
    private static final Duration ONCE_MORE_AFTER = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Installations installations;
    private final RefreshStore journal;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RefreshProperties properties;
    private volatile boolean stopped;

    RefreshExchange(
            Installations installations,
            RefreshStore journal,
            Providers providers,
            GrantCipher cipher,
            RefreshProperties properties) {
        this.installations = installations;
        this.journal = journal;
        this.providers = providers;
        this.cipher = cipher;
        this.properties = properties;
    }

    /** New tokens from the provider, within the attempt's limit, which is well below the lease. */
    Mono<OAuthTokens> redeem(Installation seen, RefreshLease lease) {
        OAuthProvider provider = providers.get(seen.platform());
        return cipher.open(seen, seen.tokens().accessToken(), seen.tokens().refreshToken())
                .delayUntil(this::canBeStored)
                .flatMap(grant -> sent(provider, grant, lease)
                        .onErrorResume(
                                ReconnectRequired.class,
                                refused -> inLeeway(provider, seen, grant)
                                        .flatMap(inside -> sent(provider, grant, lease))
                                        .switchIfEmpty(Mono.error(refused))))
                .timeout(properties.attemptLimit(), Mono.error(RefreshExchange::tooSlow));
    }

    /**
     * A process that was asleep since it asked for the lease may have lost it, and one that stops may not live to store
     * what it redeems: then nothing is sent.
     */
    private Mono<OAuthTokens> sent(OAuthProvider provider, Grant grant, RefreshLease lease) {
        return Mono.defer(() -> {
            if (stopped) {
                return Mono.error(new Retryable("stopping", "This replica is about to stop", false, null));
            }
            return lease.age().compareTo(properties.attemptLimit()) < 0
                    ? provider.refreshTokens(grant)
                    : Mono.error(new Retryable("too_late", "The attempt was held up before it was sent", false, null));
        });
    }

    /** From now on nothing is sent any more; what was sent is stored as ever. */
    void stop() {
        stopped = true;
    }

    void start() {
        stopped = false;
    }

    /** What cannot be encrypted must not be redeemed; that the row can be written, the lease has shown. */
    private Mono<?> canBeStored(Grant grant) {
        return cipher.check();
    }

    /** Inside the provider's leeway a refusal may be of the moment: the same token once more, and then it counts. */
    private Mono<Boolean> inLeeway(OAuthProvider provider, Installation seen, Grant grant) {
        Duration leeway = provider.refreshRules(grant).leeway();
        return leeway.isZero()
                ? Mono.empty()
                : journal.isInLeeway(seen, leeway).filter(inside -> inside).delayElement(ONCE_MORE_AFTER);
    }

    private static Retryable tooSlow() {
        return new Retryable("timeout", "The refresh took too long", true, null);
    }

    /**
     * The row with the new tokens. This is the only live copy, so it is tried until it is stored, whatever stands in the
     * way, and its lease is kept. Answers the row as somebody else has left it where the grant was ended or authorised
     * anew meanwhile.
     */
    Mono<Installation> store(Installation seen, RefreshLease lease, OAuthTokens tokens, TokenRefreshed.Cause cause) {
        RefreshRules rules = providers.get(seen.platform()).refreshRules(seen.grant(null, null));
        return cipher.seal(seen.id(), tokens, rules)
                .flatMap(ciphertexts -> journal.store(seen, ciphertexts, cause))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .doBeforeRetry(retry -> log.warn(
                                "New tokens cannot be stored yet: installation={} ({})",
                                seen.id(),
                                retry.failure().getMessage()))
                        .doBeforeRetryAsync(retry -> journal.renew(seen, lease).onErrorComplete()))
                .doOnNext(stored -> log.info(
                        "Refreshed: platform={} installation={} version={}",
                        stored.platform(),
                        stored.id(),
                        stored.tokens().version()))
                .switchIfEmpty(Mono.defer(() -> overtaken(seen, tokens)));
    }

    private Mono<Installation> overtaken(Installation seen, OAuthTokens tokens) {
        return installations
                .find(seen.id())
                .delayUntil(now -> now.status() == InstallationStatus.REVOKED ? discarded(now, tokens) : Mono.empty());
    }

    /** Ended while we were at it: what we have redeemed must not live on. */
    private Mono<Void> discarded(Installation ended, OAuthTokens tokens) {
        return providers
                .get(ended.platform())
                .revokeTokens(ended.grant(tokens.accessToken(), tokens.refreshToken()))
                .onErrorResume(failure -> {
                    log.warn(
                            "Tokens of an ended grant live on: installation={} ({})", ended.id(), failure.getMessage());
                    return Mono.empty();
                });
    }
}
