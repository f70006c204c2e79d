package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds organisations by name. A name counts while one grant with it is not revoked: while a grant waits for a
 * reconnect, its name must not silently mean another organisation.
 */
@Component
class OrganisationNames {

    /** More organisations of one name than this are not distinguished by their names. */
    private static final int MOST_ORGANISATIONS = 100;

    /**
     * The number of grants that are examined per organisation, to limit the cost. An organisation with this many or
     * more counts, so that a name is never unique by mistake.
     */
    private static final int MOST_GRANTS = 20;

    /** Skips from one organisation to the next in the index, however many grants each has. */
    private static final String ORGANISATIONS = """
            WITH RECURSIVE named (org_id, n) AS (
                (SELECT o.org_id, 1 FROM oauth_installation_orgs o
                 WHERE o.platform = :platform AND lower(o.name) = lower(:name)
                 ORDER BY o.org_id LIMIT 1)
                UNION ALL
                SELECT next.org_id, named.n + 1
                FROM named CROSS JOIN LATERAL (
                    SELECT o.org_id FROM oauth_installation_orgs o
                    WHERE o.platform = :platform AND lower(o.name) = lower(:name) AND o.org_id > named.org_id
                    ORDER BY o.org_id LIMIT 1) next
                WHERE named.n <= :organisations)
            SELECT named.org_id, named.n, grants.seen >= :grants OR grants.held > 0 AS counts
            FROM named CROSS JOIN LATERAL (
                SELECT count(*) AS seen, count(*) FILTER (WHERE i.status <> 'revoked') AS held
                FROM (SELECT o.installation_id FROM oauth_installation_orgs o
                      WHERE o.platform = :platform AND lower(o.name) = lower(:name) AND o.org_id = named.org_id
                      LIMIT :grants) bearer
                JOIN oauth_installations i ON i.id = bearer.installation_id) grants
            ORDER BY named.n
            """;

    private final DatabaseClient database;

    OrganisationNames(DatabaseClient database) {
        this.database = database;
    }

    /** Never empty. */
    Mono<NamedOrganisations> find(Platform platform, String name) {
        return database.sql(ORGANISATIONS)
                .bind("platform", platform.id())
                .bind("name", name)
                .bind("organisations", MOST_ORGANISATIONS)
                .bind("grants", MOST_GRANTS)
                .map(row -> new Candidate(Sql.get(row, "org_id", String.class), Sql.isTrue(row, "counts")))
                .all()
                .collectList()
                .map(OrganisationNames::toNamedOrganisations);
    }

    private static NamedOrganisations toNamedOrganisations(List<Candidate> candidates) {
        List<String> ids = candidates.stream()
                .limit(MOST_ORGANISATIONS)
                .filter(Candidate::counts)
                .map(Candidate::orgId)
                .toList();
        return new NamedOrganisations(ids, candidates.size() <= MOST_ORGANISATIONS);
    }

    private record Candidate(String orgId, boolean counts) {}
}
