package io.oauthservice.installation;

import io.oauthservice.events.InstallationEvent;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.outbox.Outbox;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/**
 * The only way to change an installation's state: the update, its event and the notification of all replicas are one
 * transaction. This replica's listeners are informed after the commit and before the caller gets the result.
 */
@Component
public class ChangeRecorder {

    private final TransactionalOperator transaction;
    private final Outbox outbox;
    private final ChangeNotifications notifications;

    ChangeRecorder(TransactionalOperator transaction, Outbox outbox, ChangeNotifications notifications) {
        this.transaction = transaction;
        this.outbox = outbox;
        this.notifications = notifications;
    }

    /**
     * Changes an installation and publishes its event. Empty where the update is empty.
     *
     * @param update an {@code UPDATE … RETURNING}
     */
    public Mono<Installation> record(Mono<Installation> update, Function<Installation, InstallationEvent> event) {
        return inTransaction(update.flatMap(changed -> append(changed, event.apply(changed), Set.of())));
    }

    /**
     * The same for new tokens. Tokens that were derived from the grant stay cached unless the grant differs from before.
     *
     * @param before as it was read before the update
     */
    public Mono<Installation> recordTokens(
            Installation before, Mono<Installation> update, Function<Installation, InstallationEvent> event) {
        return inTransaction(update.flatMap(changed -> outbox.append(event.apply(changed))
                .then(notifyReplicas(changed, Set.of(), !changed.hasGrantOf(before)))));
    }

    /** Changes what replicas cache of an installation; there is no event. Empty where the update is empty. */
    public Mono<Installation> recordWithoutEvent(Mono<Installation> update) {
        return inTransaction(update.flatMap(changed -> notifyReplicas(changed, Set.of(), true)));
    }

    /** The same for a change that concerns the installation's tokens only. */
    public Mono<Installation> recordTokensWithoutEvent(Mono<Installation> update) {
        return inTransaction(update.flatMap(changed -> notifyReplicas(changed, Set.of(), false)));
    }

    /** Makes all replicas evict the tokens that they cache of an installation, whose row stays as it is. */
    public Mono<Void> evict(Installation unchanged) {
        return evict(unchanged, false);
    }

    /** The same for everything that was derived from its grant: the provider does not show all of its changes. */
    public Mono<Void> evictGrant(Installation unchanged) {
        return evict(unchanged, true);
    }

    private Mono<Void> evict(Installation unchanged, boolean grant) {
        return notifications
                .send(unchanged, Set.of(), grant)
                .then(Mono.fromRunnable(() -> notifications.publishLocally(changed(unchanged, Set.of(), grant))));
    }

    /** Makes all replicas evict one token, which the platform rejects and which is not the stored one. */
    public Mono<Void> evictToken(Installation unchanged, String fingerprint) {
        return notifications
                .sendReported(unchanged, fingerprint)
                .then(Mono.fromRunnable(
                        () -> notifications.publishLocally(new TokenReported(unchanged.id(), fingerprint))));
    }

    private static Changed changed(Installation installation, Set<String> defaultOf, boolean grant) {
        return new Changed(installation.id(), installation.platform().id(), defaultOf, grant);
    }

    /** Runs changes that are {@linkplain #append appended} one by one. */
    <T> Mono<T> inTransaction(Mono<T> changes) {
        return changes.as(transaction::transactional);
    }

    /**
     * Adds a change to the transaction in progress; fails where there is none. Returns the installation.
     *
     * @param defaultOf the organisations whose default grant the installation has become
     */
    Mono<Installation> append(Installation changed, InstallationEvent event, Set<String> defaultOf) {
        return outbox.append(event).then(notifyReplicas(changed, defaultOf, true));
    }

    /** Adds a change without an event to the transaction in progress; fails where there is none. Returns the installation. */
    Mono<Installation> notifyReplicas(Installation changed, Set<String> defaultOf, boolean grant) {
        return notifications
                .send(changed, defaultOf, grant)
                .then(afterCommit(() -> notifications.publishLocally(changed(changed, defaultOf, grant))))
                .thenReturn(changed);
    }

    private static Mono<Void> afterCommit(Runnable action) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(current -> current.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public Mono<Void> afterCommit() {
                        return Mono.fromRunnable(action);
                    }
                }))
                .then();
    }
}
