package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import java.time.Instant;

/** A read of a platform's list that is in progress on this replica, until its lease ends. Times are the database's. */
final class ListRead {

    private final Platform platform;
    private final Instant startedAt;
    private volatile Instant leaseUntil;

    ListRead(Platform platform, Instant startedAt, Instant leaseUntil) {
        this.platform = platform;
        this.startedAt = startedAt;
        this.leaseUntil = leaseUntil;
    }

    Platform platform() {
        return platform;
    }

    /** Before the first page is read. */
    Instant startedAt() {
        return startedAt;
    }

    Instant leaseUntil() {
        return leaseUntil;
    }

    void holdUntil(Instant end) {
        leaseUntil = end;
    }
}
