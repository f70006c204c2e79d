package io.oauthservice.installation;

import io.oauthservice.database.AfterCommit;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.outbox.Outbox;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/**
 * The only way to change an installation's state: the update, its event, its record and the notification of all replicas are
 * one transaction. This replica's listeners are informed after the commit and before the caller gets the result.
 */
@Component
public class ChangeRecorder {

    private final TransactionalOperator transaction;
    private final Outbox outbox;
    private final ChangeAudit audit;
    private final ChangeNotifications notifications;

    ChangeRecorder(
            TransactionalOperator transaction,
            Outbox outbox,
            ChangeAudit audit,
            ChangeNotifications notifications) {
        this.transaction = transaction;
        this.outbox = outbox;
        this.audit = audit;
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
        return inTransaction(update.flatMap(changed -> publish(changed, event.apply(changed))
                .then(notifyReplicas(changed, Set.of(), !changed.hasGrantOf(before)))));
    }

    /** Changes what replicas cache of an installation; there is no event. Empty where the update is empty. */
    Mono<Installation> recordWithoutEvent(Mono<Installation> update, ChangeAction action) {
        return inTransaction(update.flatMap(changed -> appendWithoutEvent(changed, action)));
    }

    /** Records that the provider rejects the access token of an installation; there is no event. */
    public Mono<Installation> recordRejectedToken(Mono<Installation> update) {
        return inTransaction(update.flatMap(
                changed -> add(changed, ChangeAction.TOKEN_REJECTED).then(notifyReplicas(changed, Set.of(), false))));
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
        return append(changed, event, defaultOf, ChangeAction.of(event));
    }

    /** The same for a change that its event does not name completely. */
    Mono<Installation> append(
            Installation changed, InstallationEvent event, Set<String> defaultOf, ChangeAction action) {
        return outbox.append(event).then(add(changed, action)).then(notifyReplicas(changed, defaultOf, true));
    }

    /**
     * Adds a change of labels, which leaves the grant as it is: what was derived from it stays cached.
     *
     * @param event null: consumers do not know the installation
     */
    Mono<Installation> appendLabels(Installation changed, @Nullable InstallationEvent event) {
        return (event == null ? Mono.<Void>empty() : outbox.append(event))
                .then(add(changed, ChangeAction.LABELS_CHANGED))
                .then(notifications.send(changed, Set.of(), false))
                // Other lists contain it now: the caller's next list must show that on this replica.
                .then(AfterCommit.run(() -> notifications.publishLocally(changed(changed, Set.of(), true))))
                .thenReturn(changed);
    }

    /** Adds a change without an event to the transaction in progress; fails where there is none. Returns the installation. */
    Mono<Installation> appendWithoutEvent(Installation changed, ChangeAction action) {
        return add(changed, action).then(notifyReplicas(changed, Set.of(), true));
    }

    private Mono<Void> add(Installation changed, ChangeAction action) {
        return audit.add(action.name(), changed, action.detail(changed));
    }

    private Mono<Void> publish(Installation changed, InstallationEvent event) {
        return outbox.append(event).then(add(changed, ChangeAction.of(event)));
    }

    private Mono<Installation> notifyReplicas(Installation changed, Set<String> defaultOf, boolean grant) {
        return notifications
                .send(changed, defaultOf, grant)
                .then(AfterCommit.run(() -> notifications.publishLocally(changed(changed, defaultOf, grant))))
                .thenReturn(changed);
    }
}
