package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.core.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Mono;

/** The lease of a replica that reads a platform's list. */
class ListReadsTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final Platform platform =
            new Platform("lists-" + UUID.randomUUID().toString().substring(0, 8));

    @Autowired
    private ListReads reads;

    @AfterEach
    void deleteLists() {
        rows.change("DELETE FROM oauth_reconciled_lists WHERE platform = :platform", Map.of("platform", platform.id()));
    }

    private @Nullable ListRead begin() {
        return reads.begin(platform, Duration.ZERO).block(LIMIT);
    }

    /** As when the lease of a read in progress ends. */
    private ListRead beginWhenDue() {
        rows.change(
                "UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() WHERE platform = :platform",
                Map.of("platform", platform.id()));
        return Objects.requireNonNull(begin());
    }

    private static <T> @Nullable T get(Mono<T> mono) {
        return mono.block(LIMIT);
    }

    private String stored() {
        return rows.value(
                "SELECT concat(next_read_at, ' ', read_at) FROM oauth_reconciled_lists WHERE platform = :platform",
                Map.of("platform", platform.id()));
    }

    @Test
    void oneReplicaReadsAtATime() {
        ListRead first = Objects.requireNonNull(begin());

        assertThat(begin()).isNull();
        get(reads.renew(first));
        assertThat(begin()).isNull();
    }

    @Test
    void aReplicaThatStartsDoesNotEndTheLeaseOfARead() {
        ListRead inProgress = Objects.requireNonNull(begin());

        assertThat(get(new ListReads(database).begin(platform, Duration.ZERO))).isNull();

        get(reads.renew(inProgress));
    }

    @Test
    void aCompleteReadIsRecordedAfterRenewals() {
        ListRead read = Objects.requireNonNull(begin());
        Instant leaseUntil = read.leaseUntil();

        get(reads.renew(read));
        get(reads.renew(read));
        get(reads.finish(read, INTERVAL));

        assertThat(read.leaseUntil()).isAfter(leaseUntil);
        assertThat(get(reads.last(platform))).isEqualTo(read.startedAt());
        assertThat(begin()).isNull();
    }

    @Test
    void aReplicaWhoseLeaseIsOverOverwritesNothing() {
        ListRead late = Objects.requireNonNull(begin());
        ListRead current = beginWhenDue();
        String held = stored();

        get(reads.finish(late, INTERVAL));
        get(reads.postpone(late, INTERVAL));
        assertThatThrownBy(() -> get(reads.renew(late)))
                .hasMessage("the lease on the list of " + platform + " is lost, and it is read again");

        assertThat(stored()).isEqualTo(held);
        get(reads.renew(current));
        get(reads.finish(current, INTERVAL));
        assertThat(get(reads.last(platform))).isEqualTo(current.startedAt());
    }
}
