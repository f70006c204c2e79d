package io.oauthservice.installation;

import io.oauthservice.concurrent.Batcher;
import io.oauthservice.core.Platform;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The look-up of every token read that memory does not answer: one statement for all that wait, because a statement costs
 * more than the row that it finds.
 */
@Component
class DefaultGrantReads {

    // LIMIT has each looked up by index; a join would read small tables whole, for one as for many. Subqueries hide how
    // many they are: PostgreSQL would plan anew for each number.
    private static final String DEFAULTS_OF_ORGS = "SELECT asked.n, " + InstallationRows.COLUMNS + """
             FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) WITH ORDINALITY AS asked(platform, org_id, n)
            CROSS JOIN LATERAL (
                SELECT i.* FROM oauth_installation_orgs o JOIN oauth_installations i ON i.id = o.installation_id
                WHERE o.platform = asked.platform AND o.org_id = asked.org_id AND o.is_default LIMIT 1) i
            """;

    /** Of the pool's connections; the others are for whatever writes. */
    private static final int STATEMENTS = 4;

    private final ConnectionFactory connections;
    private final InstallationRows rows;
    private final Batcher<Asked, Optional<Installation>> reads = new Batcher<>(
            STATEMENTS, this::read, () -> new DataAccessResourceFailureException("Too many wait for the database"));

    DefaultGrantReads(ConnectionFactory connections, InstallationRows rows) {
        this.connections = connections;
        this.rows = rows;
    }

    /** As it is stored at some moment after this is subscribed to; empty where there never was one. */
    Mono<Installation> find(Platform platform, String orgId) {
        return reads.submit(new Asked(platform, orgId)).flatMap(Mono::justOrEmpty);
    }

    /** Straight from the pool, without what DatabaseClient does for names, proxies and a transaction that is not there. */
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
                        .flatMapMany(result -> result.map(this::found))
                        .collectList()
                        .map(found -> inOrder(found, asked.size())),
                Connection::close);
    }

    private Found found(Readable row) {
        int position = Objects.requireNonNull(row.get("n", Long.class)).intValue() - 1;
        return new Found(position, rows.installation(row));
    }

    private static List<Optional<Installation>> inOrder(List<Found> found, int size) {
        List<Optional<Installation>> answers = new ArrayList<>(Collections.nCopies(size, Optional.empty()));
        found.forEach(one -> answers.set(one.position(), Optional.of(one.installation())));
        return answers;
    }

    private record Asked(Platform platform, String orgId) {}

    private record Found(int position, Installation installation) {}
}
