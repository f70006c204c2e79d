package io.oauthservice.outbox;

import java.time.Duration;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The right to publish, in one row: one replica has it at a time, and its epoch rises with every change of hands. */
@Component
class RelayLease {

    /** What is told on the outbox's channel by a relay that has let go. */
    static final String FREE = "free";

    private static final String HOLD = """
            UPDATE oauth_outbox_relay
            SET epoch = CASE WHEN owner = :owner THEN epoch ELSE epoch + 1 END,
                trouble = CASE WHEN owner = :owner THEN trouble END,
                owner = :owner,
                lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE owner = :owner OR lease_until < clock_timestamp()
            RETURNING epoch
            """;

    private static final String LET_GO = """
            WITH freed AS (
                UPDATE oauth_outbox_relay SET lease_until = '-infinity' WHERE owner = :owner RETURNING one)
            SELECT pg_notify('oauth_outbox', 'free') FROM freed
            """;

    private static final String TELL =
            "UPDATE oauth_outbox_relay SET trouble = NULLIF(:trouble, '') WHERE epoch = :epoch";

    private final DatabaseClient database;

    RelayLease(DatabaseClient database) {
        this.database = database;
    }

    /** Takes or keeps it, and answers the epoch; empty while another relay has it. */
    Mono<Long> hold(String owner, Duration lease) {
        return database.sql(HOLD)
                .bind("owner", owner)
                .bind("seconds", lease.toMillis() / 1000.0)
                .map(row -> Objects.requireNonNull(row.get("epoch", Long.class)))
                .one();
    }

    Mono<Void> letGo(String owner) {
        return database.sql(LET_GO).bind("owner", owner).then();
    }

    /**
     * Lets every replica know why events wait.
     *
     * @param trouble a word; empty: they do not wait any more
     */
    Mono<Void> tell(String trouble, long epoch) {
        return database.sql(TELL).bind("trouble", trouble).bind("epoch", epoch).then();
    }
}
