package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import io.oauthservice.grantcheck.Activation;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.RevocationQueue;
import io.oauthservice.installation.UnclaimedInstallations;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Installations that were created, approved or removed at the platform and have no grant here. Only the platform's
 * current state counts; the order and the number of its webhooks do not matter.
 */
@Component
public class ProviderInstallations {

    private static final Logger log = LoggerFactory.getLogger(ProviderInstallations.class);

    private final Installations installations;
    private final UnclaimedInstallations unclaimed;
    private final RevocationQueue revocations;
    private final Activation activation;
    private final Providers providers;
    private final UnreportedChanges changes;

    ProviderInstallations(
            Installations installations,
            UnclaimedInstallations unclaimed,
            RevocationQueue revocations,
            Activation activation,
            Providers providers,
            UnreportedChanges changes) {
        this.installations = installations;
        this.unclaimed = unclaimed;
        this.revocations = revocations;
        this.activation = activation;
        this.providers = providers;
        this.changes = changes;
    }

    /**
     * Brings an installation that has no live grant here in line with the platform. Returns whether the platform has
     * it. Fails with a {@link io.oauthservice.provider.ProviderException} without an answer.
     *
     * @param requesterId the provider's id of the person whose request was approved, if the platform has signed it
     */
    public Mono<Boolean> align(Platform platform, String externalInstallId, @Nullable String requesterId) {
        GuardedProvider provider = providers.get(platform);
        return provider.findInstallation(externalInstallId)
                .flatMap(found -> align(provider, found, requesterId).thenReturn(true))
                .switchIfEmpty(
                        Mono.defer(() -> forget(platform, externalInstallId).thenReturn(false)));
    }

    private Mono<Void> align(GuardedProvider provider, InstallationInfo found, @Nullable String requesterId) {
        return unclaimed
                .ofAccount(provider.platform(), found.grantKey())
                .singleOptional()
                .flatMap(stored -> stored.map(known -> align(provider, known, found))
                        .orElseGet(() -> record(provider, null, found)))
                .flatMap(stored -> activateIfDue(stored, found, requesterId));
    }

    /** Empty where nothing is to be done with it. */
    private Mono<Installation> align(GuardedProvider provider, Installation stored, InstallationInfo found) {
        return renewRevocation(stored, found)
                .filter(revoked -> !revoked)
                .flatMap(live ->
                        isSame(stored, found) ? update(provider, stored, found) : replace(provider, stored, found));
    }

    private Mono<Installation> update(GuardedProvider provider, Installation stored, InstallationInfo found) {
        return stored.status() == InstallationStatus.UNCLAIMED
                ? unclaimed.update(stored, provider.registration(), found).defaultIfEmpty(stored)
                : Mono.just(stored);
    }

    /** An installation that was revoked here is not restored: it is revoked at the platform again. */
    private Mono<Boolean> renewRevocation(Installation stored, InstallationInfo found) {
        boolean ended = stored.status() == InstallationStatus.REVOKED || !isSame(stored, found);
        return ended
                ? revocations.renew(stored.id(), Objects.requireNonNull(found.externalInstallId()))
                : Mono.just(false);
    }

    /** Empty where what is stored may belong to another registration: the platform cannot be asked about it. */
    private Mono<Installation> replace(GuardedProvider provider, Installation stored, InstallationInfo found) {
        return isCertainlyOwn(provider, stored)
                ? requireReplaced(provider, stored).then(Mono.defer(() -> record(provider, stored, found)))
                : Mono.empty();
    }

    /** Unlike {@link GuardedProvider#isOwn}, not if its registration was not recorded. Without a grant it has none. */
    private static boolean isCertainlyOwn(GuardedProvider provider, Installation stored) {
        return switch (stored.status()) {
            case ACTIVE, SUSPENDED, NEEDS_RECONNECT -> provider.registration().equals(stored.registration());
            case UNCLAIMED, PENDING_APPROVAL, REVOKED -> true;
        };
    }

    /** A new installation of an account replaces the old one, unless the platform's answers disagree. */
    private static Mono<Void> requireReplaced(GuardedProvider provider, Installation stored) {
        String previous = stored.externalInstallId();
        if (previous == null || stored.status() == InstallationStatus.REVOKED) {
            return Mono.empty();
        }
        return provider.findInstallation(previous)
                .flatMap(both -> Mono.error(Retryable.outcomeUnknown(
                        "two_installations", "The platform names two installations of one account")));
    }

    private Mono<Installation> record(GuardedProvider provider, @Nullable Installation seen, InstallationInfo found) {
        return unclaimed
                .record(provider.platform(), provider.registration(), seen, found)
                .switchIfEmpty(Mono.error(() ->
                        Retryable.notSent("changed_meanwhile", "The account's installation has changed meanwhile")))
                .doOnNext(stored -> log.info(
                        "Installation found at the provider: platform={} installation={} org={} status={}",
                        stored.platform(),
                        stored.id(),
                        stored.externalOrgId(),
                        stored.status().code()));
    }

    private static boolean isSame(Installation stored, InstallationInfo found) {
        return Objects.equals(stored.externalInstallId(), found.externalInstallId());
    }

    private Mono<Void> activateIfDue(Installation stored, InstallationInfo found, @Nullable String requesterId) {
        if (found.suspended()) {
            return Mono.empty();
        }
        boolean approved = stored.status() == InstallationStatus.UNCLAIMED
                && requesterId != null
                && requesterId.equals(stored.requesterId());
        boolean wronglyEnded =
                stored.status() == InstallationStatus.REVOKED && "uninstalled".equals(stored.statusReason());
        if (wronglyEnded) {
            return activate(stored)
                    .doOnNext(active -> changes.count(active.platform(), "restored"))
                    .then();
        }
        return approved ? activate(stored).then() : Mono.empty();
    }

    /** Empty where it was suspended or uninstalled after it was found: a webhook reports that. */
    private Mono<Installation> activate(Installation stored) {
        return activation.activate(stored).onErrorResume(GrantEnded.class, ended -> Mono.empty());
    }

    private Mono<Void> forget(Platform platform, String externalInstallId) {
        return installations
                .findExternal(platform, externalInstallId)
                .filter(stored -> stored.status() == InstallationStatus.UNCLAIMED)
                .flatMap(unclaimed::forget);
    }
}
