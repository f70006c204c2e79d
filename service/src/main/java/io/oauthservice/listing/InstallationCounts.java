package io.oauthservice.listing;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.database.Sql;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How many installations there are, by platform and status, at a cost that does not depend on their number. */
@Component
public class InstallationCounts {

    private static final String ALL = """
            SELECT platform, status, sum(installations)::bigint AS installations FROM (
                SELECT platform, status, installations FROM oauth_installation_counts
                UNION ALL
                SELECT platform, status, installations FROM oauth_installation_count_changes) counted
            GROUP BY platform, status HAVING sum(installations) > 0
            """;

    /** Reads the rows of these organisations only. */
    private static final String OF_ORGANISATIONS = """
            SELECT platform, status, count(DISTINCT installation_id) AS installations
            FROM oauth_installation_orgs WHERE org_id = ANY(:organisations)
            GROUP BY platform, status
            """;

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final int BATCH = 10_000;

    static final String ADD_UP = """
            WITH changes AS (
                DELETE FROM oauth_installation_count_changes WHERE id = ANY(ARRAY(
                    SELECT id FROM oauth_installation_count_changes ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED))
                RETURNING platform, status, installations),
            added AS (
                INSERT INTO oauth_installation_counts AS c (platform, status, installations)
                SELECT platform, status, sum(installations) FROM changes GROUP BY platform, status
                ORDER BY platform, status
                ON CONFLICT (platform, status) DO UPDATE SET installations = c.installations + EXCLUDED.installations)
            SELECT count(*) AS changes FROM changes
            """;

    private final DatabaseClient database;

    InstallationCounts(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Counts them.
     *
     * @param organisations the ids of the only organisations whose installations are counted; null: all
     */
    public Flux<Count> read(@Nullable List<String> organisations) {
        DatabaseClient.GenericExecuteSpec query = organisations == null
                ? database.sql(ALL)
                : database.sql(OF_ORGANISATIONS).bind("organisations", organisations.toArray(String[]::new));
        return query.map(Count::of).all();
    }

    @Bean
    BackgroundLoop installationCountsLoop() {
        return new BackgroundLoop(
                InstallationCounts.class, INTERVAL, "Failed to add up counts of installations", this::addUp);
    }

    /** Adds recorded changes to the counts. Returns whether there may be more of them. */
    Mono<Boolean> addUp() {
        return database.sql(ADD_UP)
                .bind("limit", BATCH)
                .map(row -> Sql.get(row, "changes", Long.class))
                .one()
                .map(changes -> changes == BATCH);
    }

    /** The installations of a platform in one status. */
    public record Count(String platform, String status, long installations) {
        static Count of(Readable row) {
            return new Count(
                    Sql.get(row, "platform", String.class),
                    Sql.get(row, "status", String.class),
                    Sql.get(row, "installations", Long.class));
        }
    }
}
