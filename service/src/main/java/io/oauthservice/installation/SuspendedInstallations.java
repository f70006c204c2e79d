package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Walks through the suspended installations, a page at a time. */
@Component
public class SuspendedInstallations {

    private static final int PAGE = 100;
    private static final Instant NEWEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final String FIND = "SELECT " + InstallationRows.COLUMNS + """
             , COALESCE(i.refresh_attempted_at, i.status_since)
                    <= statement_timestamp() - make_interval(secs => :unchecked) AS due
            FROM oauth_installations i
            WHERE i.platform = :platform AND i.status = 'suspended' AND (i.created_at, i.id) < (:created, :id)
            ORDER BY i.created_at DESC, i.id DESC LIMIT :limit
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    SuspendedInstallations(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    /**
     * Those whose last attempt at a refresh, or else whose suspension, is at least this long ago. A check that needs no
     * refresh is not recorded. No connection is held between two pages.
     */
    public Flux<Installation> findUnchecked(Platform platform, Duration notCheckedFor) {
        return page(platform, notCheckedFor, NEWEST, new UUID(-1, -1))
                .expand(page -> page.size() < PAGE ? Mono.empty() : next(platform, notCheckedFor, page.getLast()))
                .concatMapIterable(page -> page)
                .filter(Suspended::due)
                .map(Suspended::installation);
    }

    private Mono<List<Suspended>> next(Platform platform, Duration notCheckedFor, Suspended last) {
        return page(
                platform,
                notCheckedFor,
                last.installation().createdAt(),
                last.installation().id().value());
    }

    private Mono<List<Suspended>> page(Platform platform, Duration notCheckedFor, Instant created, UUID id) {
        return database.sql(FIND)
                .bind("platform", platform.id())
                .bind("unchecked", Sql.seconds(notCheckedFor))
                .bind("created", created)
                .bind("id", id)
                .bind("limit", PAGE)
                .map(row -> new Suspended(rows.installation(row), Sql.get(row, "due", Boolean.class)))
                .all()
                .collectList();
    }

    private record Suspended(Installation installation, boolean due) {}
}
