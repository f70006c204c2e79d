package io.oauthservice.audit;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** When installations were used last. */
@Component
public class LastUses {

    static final String FIND = """
            SELECT installation_id, last_used_at, last_used_by FROM oauth_installation_usage
            WHERE installation_id = ANY(:ids)
            """;

    /** The entries since the last hour of use: of many, those of one caller and one token each. */
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

    private final DatabaseClient database;

    LastUses(DatabaseClient database) {
        this.database = database;
    }

    /** Those of these installations that were used, rounded down to the hour. */
    public Mono<Map<InstallationId, LastUse>> find(Collection<Installation> installations) {
        UUID[] ids = installations.stream().map(one -> one.id().value()).toArray(UUID[]::new);
        return database.sql(FIND)
                .bind("ids", ids)
                .map(row -> Map.entry(
                        new InstallationId(Objects.requireNonNull(row.get("installation_id", UUID.class))),
                        lastUse(row)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Of one installation, exactly; none where it was never used. */
    public Mono<Optional<LastUse>> findExact(Installation installation) {
        return database.sql(FIND_EXACT)
                .bind("id", installation.id().value())
                .map(LastUses::lastUse)
                .one()
                .singleOptional();
    }

    private static LastUse lastUse(Readable row) {
        return new LastUse(
                Objects.requireNonNull(row.get("last_used_at", Instant.class)),
                Objects.requireNonNull(row.get("last_used_by", String.class)));
    }
}
