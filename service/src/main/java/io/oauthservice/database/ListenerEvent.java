package io.oauthservice.database;

/** What a listener of a channel receives. */
public sealed interface ListenerEvent {

    /** Listening begins: from now on no notification is missed; earlier ones may have been. */
    record Listening() implements ListenerEvent {}

    /** A notification, sent with its writer's commit. */
    record Received(String payload) implements ListenerEvent {}

    /** The connection is lost, or sent no heartbeat: notifications are missed until the next {@link Listening}. */
    record Lost() implements ListenerEvent {}
}
