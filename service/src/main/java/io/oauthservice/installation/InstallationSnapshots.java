package io.oauthservice.installation;

import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.outbox.Snapshots;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The current states of installations, for a replay by the outbox. */
@Component
class InstallationSnapshots implements Snapshots {

    private static final String AFTER = """
            SELECT id FROM oauth_installations WHERE id > :id AND sequence > 0 ORDER BY id LIMIT :limit
            """;

    /** The lock delays the next event until the snapshot is in the outbox: it must not precede it. */
    private static final String OF = "SELECT " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i WHERE i.id = :id AND i.sequence > 0 FOR SHARE OF i
                    """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    InstallationSnapshots(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    @Override
    public Flux<UUID> installationsAfter(UUID id, int limit) {
        return database.sql(AFTER)
                .bind("id", id)
                .bind("limit", limit)
                .map(row -> Sql.get(row, "id", UUID.class))
                .all();
    }

    @Override
    public Mono<InstallationEvent> of(UUID installation) {
        return database.sql(OF)
                .bind("id", installation)
                .map(rows::installation)
                .one()
                .map(InstallationEvents::snapshot);
    }
}
