package io.oauthservice.audit;

import io.oauthservice.audit.PendingCount.Unstored;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** When installations were used last, and by whom. */
@Component
public class LastUses implements ActorErasure {

    /** Rows whose hour is stored already are neither written nor locked. */
    static final String STORE = """
            INSERT INTO oauth_installation_usage AS u (installation_id, last_used_at, last_used_by)
            SELECT n.installation_id, date_trunc('hour', n.last_at, 'UTC'), n.actor
            FROM unnest(:installations::uuid[], :lasts::timestamptz[], :actors::text[]) AS n (installation_id, last_at, actor)
            WHERE NOT EXISTS (SELECT FROM oauth_installation_usage o WHERE o.installation_id = n.installation_id
                AND o.last_used_at >= date_trunc('hour', n.last_at, 'UTC'))
            ORDER BY n.installation_id
            ON CONFLICT (installation_id) DO UPDATE
            SET last_used_at = EXCLUDED.last_used_at, last_used_by = EXCLUDED.last_used_by
            WHERE u.last_used_at < EXCLUDED.last_used_at
            """;

    static final String FIND = """
            SELECT installation_id, last_used_at, last_used_by FROM oauth_installation_usage
            WHERE installation_id = ANY(:ids)
            """;

    /**
     * Finds the exact time in the newest 1,000 entries since the hour before the stored use. Each entry counts the
     * reads of one token by one caller.
     */
    static final String FIND_EXACT = """
            SELECT u.installation_id, COALESCE(r.last_at, u.last_used_at) AS last_used_at,
                COALESCE(r.actor, u.last_used_by) AS last_used_by
            FROM oauth_installation_usage u LEFT JOIN LATERAL (
                SELECT last_at, actor FROM (
                    SELECT last_at, actor FROM oauth_audit
                    WHERE installation_id = u.installation_id AND at >= u.last_used_at - INTERVAL '1 hour'
                      AND action = 'token.read'
                    ORDER BY at DESC, id DESC LIMIT 1000) latest
                ORDER BY last_at DESC LIMIT 1) r ON true
            WHERE u.installation_id = :id
            """;

    static final String ERASE = """
            UPDATE oauth_installation_usage SET last_used_by = :replacement WHERE installation_id = ANY (ARRAY(
                SELECT installation_id FROM oauth_installation_usage WHERE last_used_by = :actor
                LIMIT :limit FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    LastUses(DatabaseClient database) {
        this.database = database;
    }

    /** Stores the last of these reads of each installation, unless another one was stored for this hour. */
    Mono<Void> store(List<Unstored> counts) {
        Map<UUID, Unstored> last = counts.stream()
                .filter(one -> one.key().installation() != null)
                .collect(Collectors.toMap(
                        one -> Objects.requireNonNull(one.key().installation()),
                        Function.identity(),
                        BinaryOperator.maxBy(Comparator.comparingLong(Unstored::lastAt))));
        if (last.isEmpty()) {
            return Mono.empty();
        }
        List<Unstored> uses = List.copyOf(last.values());
        return database.sql(STORE)
                .bind(
                        "installations",
                        Sql.column(uses, UUID[]::new, one -> one.key().installation()))
                .bind("lasts", Sql.column(uses, Instant[]::new, one -> Instant.ofEpochMilli(one.lastAt())))
                .bind("actors", Sql.column(uses, String[]::new, one -> one.key().actor()))
                .then();
    }

    /** When these installations were used last, rounded down to the hour; without those that were never used. */
    public Mono<Map<InstallationId, LastUse>> find(Collection<Installation> installations) {
        UUID[] ids = installations.stream().map(one -> one.id().value()).toArray(UUID[]::new);
        return database.sql(FIND)
                .bind("ids", ids)
                .map(row -> Map.entry(new InstallationId(Sql.get(row, "installation_id", UUID.class)), lastUse(row)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** When this installation was used last, exactly; an empty Optional if it was never used. */
    public Mono<Optional<LastUse>> findExact(Installation installation) {
        return database.sql(FIND_EXACT)
                .bind("id", installation.id().value())
                .map(LastUses::lastUse)
                .one()
                .singleOptional();
    }

    @Override
    public Mono<Long> erase(String actor, String replacement, int limit) {
        return database.sql(ERASE)
                .bind("actor", actor)
                .bind("replacement", replacement)
                .bind("limit", limit)
                .fetch()
                .rowsUpdated();
    }

    private static LastUse lastUse(Readable row) {
        return new LastUse(Sql.get(row, "last_used_at", Instant.class), Sql.get(row, "last_used_by", String.class));
    }
}
