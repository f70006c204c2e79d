package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Organisations' grants by the platform's ids of their installations, to be compared with the platform's list. */
@Component
public class InstallationsByExternalId {

    private static final int PAGE = 1000;

    private static final String BY_EXTERNAL_IDS = "SELECT " + InstallationRows.COLUMNS + """
             FROM oauth_installations i
            WHERE i.platform = :platform AND i.external_install_id = ANY(:ids) AND i.external_user_id IS NULL
            """;

    /** Every row of an index range counts for the limit, so that one statement reads no more than a page. */
    private static final String PAGE_OF_IDS = """
            SELECT id, external_install_id,
                   external_user_id IS NULL AND registration = :registration AND updated_at < :before
                   AND status IN ('active', 'suspended', 'unclaimed') AS expected
            FROM oauth_installations
            WHERE platform = :platform AND external_install_id > :after
            ORDER BY external_install_id LIMIT :limit
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    InstallationsByExternalId(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    /** Those of these installations that are stored, whatever their status. */
    public Flux<Installation> find(Platform platform, Collection<String> externalIds) {
        return database.sql(BY_EXTERNAL_IDS)
                .bind("platform", platform.id())
                .bind("ids", externalIds.toArray(String[]::new))
                .map(rows::installation)
                .all();
    }

    /**
     * The installations that a complete list of the platform must contain: not ended, of this registration, and
     * unchanged since this time of the database. No connection is held between two pages.
     */
    public Flux<Reference> expectedInList(Platform platform, String registration, Instant before) {
        return page(platform, registration, before, "")
                .expand(page -> page.size() < PAGE
                        ? Mono.empty()
                        : page(platform, registration, before, page.getLast().externalId()))
                .concatMapIterable(page -> page)
                .filter(Reference::expected);
    }

    private Mono<List<Reference>> page(Platform platform, String registration, Instant before, String after) {
        return database.sql(PAGE_OF_IDS)
                .bind("platform", platform.id())
                .bind("registration", registration)
                .bind("before", before)
                .bind("after", after)
                .bind("limit", PAGE)
                .map(row -> new Reference(
                        new InstallationId(Sql.get(row, "id", UUID.class)),
                        Sql.get(row, "external_install_id", String.class),
                        Sql.isTrue(row, "expected")))
                .all()
                .collectList();
    }

    /**
     * An installation by its id at the platform.
     *
     * @param expected whether the platform's list must contain it
     */
    public record Reference(InstallationId id, String externalId, boolean expected) {}
}
