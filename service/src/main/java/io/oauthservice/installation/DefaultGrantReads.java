package io.oauthservice.installation;

import io.oauthservice.concurrent.Batcher;
import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds the default grant for each token request that the cache cannot serve. Waiting requests are batched into one
 * statement, because a statement costs more than the row that it finds.
 */
@Component
class DefaultGrantReads {

    // LIMIT makes PostgreSQL look up each row by index; a join could read a small table as a whole. The subqueries
    // hide the length of the arrays, for which PostgreSQL would make a new plan each time.
    private static final String DEFAULTS_OF_ORGS = "SELECT asked.n, " + InstallationRows.COLUMNS + """
             FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) WITH ORDINALITY AS asked(platform, org_id, n)
            CROSS JOIN LATERAL (
                SELECT i.* FROM oauth_installation_orgs o JOIN oauth_installations i ON i.id = o.installation_id
                WHERE o.platform = asked.platform AND o.org_id = asked.org_id AND o.is_default LIMIT 1) i
            """;

    /** Statements in progress; the pool's other connections are left to writes. */
    private static final int STATEMENTS = 4;

    private final ConnectionFactory connections;
    private final InstallationRows rows;
    private final Batcher<Asked, Optional<Installation>> reads = new Batcher<>(
            STATEMENTS,
            this::read,
            () -> new DataAccessResourceFailureException("Too many requests wait for the database"));

    DefaultGrantReads(ConnectionFactory connections, InstallationRows rows) {
        this.connections = connections;
        this.rows = rows;
    }

    /** The grant as stored at some time after the subscription; empty where there never was one. */
    Mono<Installation> find(Platform platform, String orgId) {
        return reads.submit(new Asked(platform, orgId)).flatMap(Mono::justOrEmpty);
    }

    /**
     * Bypasses DatabaseClient, whose named parameters, proxies and transaction handling cost time and are not needed.
     */
    private Mono<List<Optional<Installation>>> read(List<Asked> asked) {
        return Mono.usingWhen(
                connections.create(),
                connection -> Mono.from(connection
                                .createStatement(DEFAULTS_OF_ORGS)
                                .bind(
                                        0,
                                        asked.stream()
                                                .map(one -> one.platform().id())
                                                .toArray(String[]::new))
                                .bind(1, asked.stream().map(Asked::orgId).toArray(String[]::new))
                                .execute())
                        .flatMapMany(result -> result.map(this::toFound))
                        .collectList()
                        .map(found -> inOrder(found, asked.size())),
                Connection::close);
    }

    private Found toFound(Readable row) {
        int position = Sql.get(row, "n", Long.class).intValue() - 1;
        return new Found(position, rows.installation(row));
    }

    private static List<Optional<Installation>> inOrder(List<Found> found, int size) {
        List<Optional<Installation>> results = new ArrayList<>(Collections.nCopies(size, Optional.empty()));
        found.forEach(one -> results.set(one.position(), Optional.of(one.installation())));
        return results;
    }

    private record Asked(Platform platform, String orgId) {}

    private record Found(int position, Installation installation) {}
}
