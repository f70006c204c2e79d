package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.Webhook.Grants;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Finds the grants that a platform's event names, page by page: a workspace may have thousands of users. */
@Component
class AffectedGrants {

    private static final int PAGE = 100;
    private static final UUID FIRST = new UUID(0, 0);

    /** One index range for each installation. */
    private static final String OF_INSTALLATIONS = "SELECT " + InstallationRows.COLUMNS + """
             FROM oauth_installations i
            WHERE i.platform = :platform AND i.external_install_id = ANY (:installations) AND i.id > :after
              AND i.status = ANY (:statuses)
              AND CASE WHEN i.external_user_id IS NULL THEN :of_organisation
                       ELSE :of_every_user OR i.external_user_id = ANY (:users) END
            ORDER BY i.id LIMIT :page
            """;

    /** One index range for each user. */
    private static final String OF_USERS = "SELECT " + InstallationRows.COLUMNS + """
             FROM oauth_installations i
            WHERE i.platform = :platform AND i.external_user_id = ANY (:users) AND i.id > :after
              AND i.status = ANY (:statuses)
            ORDER BY i.id LIMIT :page
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    AffectedGrants(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    /** In the order of their ids. */
    Flux<Installation> find(Platform platform, Grants grants, Collection<InstallationStatus> statuses) {
        String[] codes = statuses.stream().map(InstallationStatus::code).toArray(String[]::new);
        return page(platform, grants, codes, FIRST)
                .collectList()
                .expand(page -> page.size() < PAGE
                        ? Flux.empty()
                        : page(platform, grants, codes, page.getLast().id().value())
                                .collectList())
                .concatMapIterable(page -> page);
    }

    private Flux<Installation> page(Platform platform, Grants grants, String[] statuses, UUID after) {
        boolean byUser = grants.installations().isEmpty();
        DatabaseClient.GenericExecuteSpec select = database.sql(byUser ? OF_USERS : OF_INSTALLATIONS)
                .bind("platform", platform.id())
                .bind("users", grants.users().toArray(String[]::new))
                .bind("statuses", statuses)
                .bind("after", after)
                .bind("page", PAGE);
        if (!byUser) {
            select = select.bind("installations", grants.installations().toArray(String[]::new))
                    .bind("of_organisation", grants.ofOrganisation())
                    .bind("of_every_user", grants.ofEveryUser());
        }
        return select.map(rows::installation).all();
    }
}
