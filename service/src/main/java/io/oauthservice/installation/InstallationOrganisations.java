package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.List;
import java.util.Set;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Writes the organisations that an installation reaches. */
@Component
class InstallationOrganisations {

    private static final String DELETE_LOST_ORGS =
            "DELETE FROM oauth_installation_orgs WHERE installation_id = :id AND NOT (org_id = ANY(:kept))";

    /** Writes only rows that differ. Of repeated organisations the last one counts. */
    private static final String WRITE_ORGS = """
            INSERT INTO oauth_installation_orgs AS o
                (installation_id, platform, org_id, name, url, inherited, personal)
            SELECT DISTINCT ON (org.id) :id, :platform, org.id, org.name, org.url, org.inherited, :personal
            FROM unnest(:orgs::text[], :names::text[], :urls::text[], :inherited::boolean[])
                WITH ORDINALITY AS org(id, name, url, inherited, position)
            ORDER BY org.id, org.position DESC
            ON CONFLICT (installation_id, org_id) DO UPDATE SET
                name = EXCLUDED.name, url = EXCLUDED.url, inherited = EXCLUDED.inherited, personal = EXCLUDED.personal
            WHERE (o.name, o.url, o.inherited, o.personal)
                IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.url, EXCLUDED.inherited, EXCLUDED.personal)
            """;

    private final DatabaseClient database;
    private final DefaultGrants defaults;

    InstallationOrganisations(DatabaseClient database, DefaultGrants defaults) {
        this.database = database;
        this.defaults = defaults;
    }

    /**
     * Replaces them by what the provider shows. Part of its caller's transaction, which has locked the organisations.
     */
    Mono<Replaced> replace(InstallationId id, Platform platform, InstallationInfo info) {
        List<Organisation> reached = info.organisations();
        String[] ids = Sql.column(reached, String[]::new, Organisation::id);
        Mono<Long> write = database.sql(WRITE_ORGS)
                .bind("id", id.value())
                .bind("platform", platform.id())
                .bind("personal", info.personal())
                .bind("orgs", ids)
                .bind("names", Sql.column(reached, String[]::new, Organisation::name))
                .bind("urls", Sql.column(reached, String[]::new, Organisation::url))
                .bind("inherited", Sql.column(reached, Boolean[]::new, Organisation::inherited))
                .fetch()
                .rowsUpdated();
        Mono<Long> delete = database.sql(DELETE_LOST_ORGS)
                .bind("id", id.value())
                .bind("kept", ids)
                .fetch()
                .rowsUpdated();
        return write
                // Before the rows of lost organisations are deleted, because they contain where this grant was the
                // default.
                .delayUntil(written -> defaults.handOver(id, ids))
                .zipWhen(written -> delete, Long::sum)
                .zipWhen(
                        changed -> defaults.makeDefault(id),
                        (changed, defaultOf) -> new Replaced(changed > 0, defaultOf));
    }

    /**
     * @param changed whether organisations were added, changed or lost
     * @param defaultOf the organisations whose default grant the installation has become
     */
    record Replaced(boolean changed, Set<String> defaultOf) {}
}
