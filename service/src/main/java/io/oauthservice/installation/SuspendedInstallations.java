package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Finds suspended installations, in one index range, as many as there are of them. */
@Component
public class SuspendedInstallations {

    private static final String FIND = "SELECT " + InstallationRows.COLUMNS + """
             FROM oauth_installations i
            WHERE i.platform = :platform AND i.status = 'suspended'
              AND COALESCE(i.refresh_attempted_at, i.status_since)
                  <= statement_timestamp() - make_interval(secs => :unchecked)
            ORDER BY i.refresh_attempted_at NULLS FIRST LIMIT :limit
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    SuspendedInstallations(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    /** Those that no replica has checked for this long, the longest unchecked first. */
    public Flux<Installation> find(Platform platform, Duration unchecked, int limit) {
        return database.sql(FIND)
                .bind("platform", platform.id())
                .bind("unchecked", unchecked.toMillis() / 1000.0)
                .bind("limit", limit)
                .map(rows::installation)
                .all();
    }
}
