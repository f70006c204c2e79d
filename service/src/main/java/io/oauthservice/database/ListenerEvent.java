package io.oauthservice.database;

/** An event of a subscription to a notification channel. */
public sealed interface ListenerEvent {

    /** The connection listens from now on. Earlier notifications may have been missed. */
    record Listening() implements ListenerEvent {}

    /** A notification, which PostgreSQL sends with its writer's commit. */
    record Received(String payload) implements ListenerEvent {}

    /**
     * A heartbeat of this connection has returned. PostgreSQL delivers notifications in the order of the commits, so
     * everything that was committed before the heartbeat was sent has been received.
     *
     * @param sentAt by {@link System#nanoTime()}
     * @param settledBefore every transaction with a lower number had ended when the heartbeat was sent
     */
    record Beat(long sentAt, long settledBefore) implements ListenerEvent {}

    /** The connection was lost or missed its heartbeat. Notifications are missed until the next {@link Listening}. */
    record Lost() implements ListenerEvent {}
}
