package io.oauthservice.outbox;

import io.oauthservice.events.TokenRefreshed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writers that change installations, each change with its event in one transaction as in the service. They ignore what
 * the database rejects. The topic is compared with what the tables contain.
 */
final class Writers implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final Outbox outbox;
    private final List<UUID> installations;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Writers(DatabaseClient database, int installations) {
        this.database = database;
        this.transaction = TransactionalOperator.create(new R2dbcTransactionManager(database.getConnectionFactory()));
        this.outbox = new Outbox(database, JsonMapper.builder().build());
        this.installations =
                Stream.generate(UUID::randomUUID).limit(installations).toList();
    }

    static Writers start(DatabaseClient database, int installations, int writers, Random random) {
        Writers all = new Writers(database, installations);
        all.installations.forEach(id -> all.create(id).block(LIMIT));
        for (int i = 0; i < writers; i++) {
            Random own = new Random(random.nextLong());
            all.threads.add(Thread.ofVirtual().start(() -> all.write(own)));
        }
        return all;
    }

    private Mono<Void> create(UUID id) {
        return database.sql("""
                        INSERT INTO oauth_installations (id, platform, grant_key, status)
                        VALUES (:id, 'github', :key, 'needs_reconnect')
                        """).bind("id", id).bind("key", "of " + id).then();
    }

    private void write(Random random) {
        while (!stopped) {
            try {
                Thread.sleep(random.nextInt(40));
                change(installations.get(random.nextInt(installations.size()))).block(LIMIT);
            } catch (InterruptedException e) {
                stopped = true;
            } catch (RuntimeException away) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Mono<Void> change(UUID id) {
        return database.sql("UPDATE oauth_installations SET sequence = sequence + 1 WHERE id = :id RETURNING sequence")
                .bindValues(Map.of("id", id))
                .map(row -> Objects.requireNonNull(row.get("sequence", Long.class)))
                .one()
                .flatMap(sequence -> outbox.append(event(id, sequence)))
                .as(transaction::transactional);
    }

    private static TokenRefreshed event(UUID id, long sequence) {
        return new TokenRefreshed(
                id,
                "github",
                null,
                sequence,
                Instant.now(),
                TokenRefreshed.Cause.EXPIRING,
                sequence,
                null,
                "sha256:0123456789abcdef0123456789abcdef",
                null);
    }

    List<UUID> installations() {
        return installations;
    }

    /** Waits until each writer has finished its current change. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
