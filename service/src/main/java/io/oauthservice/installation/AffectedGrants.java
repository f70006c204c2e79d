package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.provider.Webhook.Grants;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Finds the grants that a platform's event names. A workspace may have thousands of users: only the ids are read
 * together, and each grant when it is its turn.
 */
@Component
public class AffectedGrants {

    /** One index range for each installation. */
    private static final String OF_INSTALLATIONS = """
            SELECT id FROM oauth_installations
            WHERE platform = :platform AND external_install_id = ANY (:installations) AND status = ANY (:statuses)
              AND CASE WHEN external_user_id IS NULL THEN :of_organisation
                       ELSE :of_every_user OR external_user_id = ANY (:users) END
            """;

    /** One index range for each user. */
    private static final String OF_USERS = """
            SELECT id FROM oauth_installations
            WHERE platform = :platform AND external_user_id = ANY (:users) AND status = ANY (:statuses)
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    AffectedGrants(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    /**
     * The grants that the event names, each read when the subscriber requests it.
     *
     * @param statuses only grants with one of these statuses
     */
    public Flux<Installation> find(Platform platform, Grants grants, Collection<InstallationStatus> statuses) {
        return select(grants)
                .bind("platform", platform.id())
                .bind("users", grants.users().toArray(String[]::new))
                .bind(
                        "statuses",
                        statuses.stream().map(InstallationStatus::code).toArray(String[]::new))
                .map(row -> new InstallationId(Sql.get(row, "id", UUID.class)))
                .all()
                .collectList()
                .flatMapIterable(ids -> ids)
                .concatMap(id -> rows.find(database, id), 0)
                .filter(found -> statuses.contains(found.status()));
    }

    private GenericExecuteSpec select(Grants grants) {
        return grants.installations().isEmpty()
                ? database.sql(OF_USERS)
                : database.sql(OF_INSTALLATIONS)
                        .bind("installations", grants.installations().toArray(String[]::new))
                        .bind("of_organisation", grants.ofOrganisation())
                        .bind("of_every_user", grants.ofEveryUser());
    }
}
