package io.oauthservice.rewrap;

import io.oauthservice.background.Lease;
import io.oauthservice.background.LeaseContract;
import java.time.Duration;

/** The lease of the rewrap. */
class RewrapLeaseTest extends LeaseContract {

    @Override
    protected String loop() {
        return "rewrapLoop";
    }

    @Override
    protected String table() {
        return "oauth_rewrap";
    }

    @Override
    protected Lease lease(String owner, Duration length) {
        return RewrapProgress.lease(database, owner, length);
    }
}
