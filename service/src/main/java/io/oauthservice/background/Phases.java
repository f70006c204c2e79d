package io.oauthservice.background;

/**
 * The order in which Spring stops the background jobs: a higher phase stops first and starts last. The web server stops
 * before all of them and starts after them. A bean in Spring's default phase would stop before the web
 * server.
 */
public final class Phases {

    /** The event relay, which still publishes what the other jobs have changed. */
    public static final int EVENT_RELAY = 0;

    /** The counts of the audit, which are stored after all other jobs have stopped adding to them. */
    public static final int AUDIT = 1;

    /** Jobs that no other job waits for. */
    public static final int JOBS = 2;

    /** Refreshes in flight. Their end is awaited, because each may hold the only copy of a token. */
    public static final int REFRESHES = 3;

    /** Jobs that start refreshes: the scheduled refresh, webhooks, checks of suspensions, reconciliation. */
    public static final int REFRESHING_JOBS = 4;

    /**
     * Subscriptions to notifications. They last while the web server answers its last requests, so that a change which
     * another replica commits meanwhile still evicts a token.
     */
    public static final int SUBSCRIPTIONS = 5;

    private Phases() {}
}
