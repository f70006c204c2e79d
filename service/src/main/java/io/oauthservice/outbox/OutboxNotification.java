package io.oauthservice.outbox;

import io.oauthservice.database.ListenerEvent;

/** What is notified on the outbox's channel, apart from the installation's id with each appended event. */
enum OutboxNotification {
    REPLAY_REQUESTED("replay"),
    LEASE_RELEASED("free"),
    INSTALLATIONS_RELEASED("released");

    static final String CHANNEL = "oauth_outbox";

    private final String payload;

    OutboxNotification(String payload) {
        this.payload = payload;
    }

    /** The SQL expression that sends the notification with the commit of its transaction. */
    String sql() {
        return "pg_notify('" + CHANNEL + "', '" + payload + "')";
    }

    boolean isIn(ListenerEvent event) {
        return event.equals(new ListenerEvent.Received(payload));
    }
}
