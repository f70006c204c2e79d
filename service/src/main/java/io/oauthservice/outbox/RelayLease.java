package io.oauthservice.outbox;

import io.oauthservice.background.Lease;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * The lease of the event relay. Its epoch rises with each change of the owner, so that statements of an earlier relay
 * have no effect.
 */
class RelayLease {

    private static final String NOTIFY_RELEASED = "SELECT " + OutboxNotification.LEASE_RELEASED.sql();

    private static final String REPORT_FAILURE =
            "UPDATE oauth_outbox_relay SET trouble = NULLIF(:reason, '') WHERE epoch = :epoch";

    private final DatabaseClient database;
    private final Lease lease;

    RelayLease(DatabaseClient database, String owner, Duration length) {
        this.database = database;
        this.lease = lease(database, owner, length);
    }

    static Lease lease(DatabaseClient database, String owner, Duration length) {
        Map<String, String> onTakeover = Map.of("epoch", "epoch + 1", "trouble", "NULL");
        return new Lease(database, "oauth_outbox_relay", owner, length, onTakeover);
    }

    /** Takes or renews the lease and returns the epoch; empty while another relay holds the lease. */
    Mono<Long> acquireOrRenew() {
        return lease.acquireOrRenew(row -> Sql.get(row, "epoch", Long.class));
    }

    Mono<Void> release() {
        return lease.release()
                .filter(released -> released)
                .flatMap(released -> database.sql(NOTIFY_RELEASED).then());
    }

    /**
     * Shows all replicas why events are not published.
     *
     * @param reason a reason code; empty: they are published again
     */
    Mono<Void> reportFailure(String reason, long epoch) {
        return database.sql(REPORT_FAILURE)
                .bind("reason", reason)
                .bind("epoch", epoch)
                .then();
    }
}
