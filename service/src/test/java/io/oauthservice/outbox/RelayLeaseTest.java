package io.oauthservice.outbox;

import io.oauthservice.background.Lease;
import io.oauthservice.background.LeaseContract;
import java.time.Duration;

/** The lease of the event relay. */
class RelayLeaseTest extends LeaseContract {

    @Override
    protected String loop() {
        return "outboxRelayLoop";
    }

    @Override
    protected String table() {
        return "oauth_outbox_relay";
    }

    @Override
    protected Lease lease(String owner, Duration length) {
        return RelayLease.lease(database, owner, length);
    }
}
