package io.oauthservice.database;

/** An event of a subscription to a notification channel. */
public sealed interface ListenerEvent {

    /** The connection listens from now on. Earlier notifications may have been missed. */
    record Listening() implements ListenerEvent {}

    /** A notification, which PostgreSQL sends with its writer's commit. */
    record Received(String payload) implements ListenerEvent {}

    /** The connection was lost or missed its heartbeat. Notifications are missed until the next {@link Listening}. */
    record Lost() implements ListenerEvent {}
}
