package io.oauthservice.background;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What every lease guarantees, in the table that it is kept in. */
public abstract class LeaseContract extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LENGTH = Duration.ofMinutes(1);

    @Autowired
    private Map<String, BackgroundLoop> loops;

    /** Name of the running service's loop that uses the lease. */
    protected abstract String loop();

    protected abstract String table();

    protected abstract Lease lease(String owner, Duration length);

    @BeforeEach
    void acquireLease() {
        Objects.requireNonNull(loops.get(loop())).stop();
        rows.change("UPDATE " + table() + " SET owner = 'first', lease_until = 'infinity'", Map.of());
    }

    @AfterEach
    void returnLease() {
        Objects.requireNonNull(loops.get(loop())).start();
        rows.change("UPDATE " + table() + " SET owner = NULL, lease_until = '-infinity'", Map.of());
    }

    private @Nullable String acquireOrRenew(String owner, Duration length) {
        return lease(owner, length)
                .acquireOrRenew(row -> String.valueOf(row.get("owner", String.class)))
                .block(LIMIT);
    }

    private boolean release(String owner) {
        return Boolean.TRUE.equals(lease(owner, LENGTH).release().block(LIMIT));
    }

    @Test
    void itsOwnerRenewsItAndNoOtherTakesIt() {
        assertThat(acquireOrRenew("second", LENGTH)).isNull();
        assertThat(acquireOrRenew("first", LENGTH)).isEqualTo("first");
        assertThat(acquireOrRenew("second", LENGTH)).isNull();
    }

    @Test
    void anotherReplicaTakesItWhenItHasExpired() {
        acquireOrRenew("first", Duration.ZERO);

        assertThat(acquireOrRenew("second", LENGTH)).isEqualTo("second");
        assertThat(acquireOrRenew("first", LENGTH)).isNull();
    }

    @Test
    void anotherReplicaTakesItWhenItIsReleased() {
        acquireOrRenew("first", LENGTH);

        assertThat(release("first")).isTrue();

        assertThat(acquireOrRenew("second", LENGTH)).isEqualTo("second");
    }

    @Test
    void onlyItsOwnerReleasesIt() {
        assertThat(release("second")).isFalse();

        assertThat(acquireOrRenew("second", LENGTH)).isNull();
    }
}
