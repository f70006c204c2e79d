package io.oauthservice.installation;

import io.oauthservice.events.InstallationEvent;
import io.oauthservice.outbox.Outbox;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/**
 * The only way to change an installation's state: the update, its event, its audit entry and the notification of all
 * replicas are one transaction. This replica's listeners are informed after the commit and before the caller gets the
 * result.
 */
@Component
public class ChangeRecorder {

    private final TransactionalOperator transaction;
    private final Outbox outbox;
    private final ChangeAudit audit;
    private final ChangeNotifications notifications;

    ChangeRecorder(
            TransactionalOperator transaction, Outbox outbox, ChangeAudit audit, ChangeNotifications notifications) {
        this.transaction = transaction;
        this.outbox = outbox;
        this.audit = audit;
        this.notifications = notifications;
    }

    /**
     * Stores new tokens in a transaction of its own. Tokens that were derived from the grant stay cached unless the
     * grant differs from before. Empty where the update is empty.
     *
     * @param before as it was read before the update
     * @param update an {@code UPDATE … RETURNING}
     */
    public Mono<Installation> recordTokens(
            Installation before, Mono<Installation> update, Function<Installation, InstallationEvent> event) {
        return inTransaction(update.flatMap(changed -> {
            InstallationEvent recorded = event.apply(changed);
            return append(
                    changed,
                    recorded,
                    ChangeAction.of(recorded),
                    notifications.send(changed, Set.of(), !changed.hasSameGrantAs(before)));
        }));
    }

    /** Records, in a transaction of its own, that the provider rejects the access token. There is no event. */
    public Mono<Installation> recordInvalidToken(Mono<Installation> update) {
        return inTransaction(update.flatMap(changed ->
                append(changed, null, ChangeAction.TOKEN_REJECTED, notifications.send(changed, Set.of(), false))));
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

    /** Adds a change whose event does not name it completely to the transaction in progress. */
    Mono<Installation> append(
            Installation changed, InstallationEvent event, Set<String> defaultOf, ChangeAction action) {
        return append(changed, event, action, notifications.send(changed, defaultOf, true));
    }

    /** Adds a change without an event to the transaction in progress. */
    Mono<Installation> appendWithoutEvent(Installation changed, ChangeAction action) {
        return append(changed, null, action, notifications.send(changed, Set.of(), true));
    }

    /**
     * Adds a change of labels to the transaction in progress. The grant stays as it is, so other replicas keep what
     * was derived from it; this replica evicts it, as its lists must show the change to the caller.
     *
     * @param event null: consumers do not know the installation
     */
    Mono<Installation> appendLabels(Installation changed, @Nullable InstallationEvent event) {
        return append(changed, event, ChangeAction.LABELS_CHANGED, notifications.sendLabels(changed));
    }

    private Mono<Installation> append(
            Installation changed, @Nullable InstallationEvent event, ChangeAction action, Mono<Void> notification) {
        return (event == null ? Mono.<Void>empty() : outbox.append(event))
                .then(audit.add(action.name(), changed, action.detail(changed)))
                .then(notification)
                .thenReturn(changed);
    }
}
