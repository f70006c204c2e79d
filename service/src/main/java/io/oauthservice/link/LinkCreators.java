package io.oauthservice.link;

import io.oauthservice.audit.ActorErasure;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The names of the callers that have created links. */
@Component
class LinkCreators implements ActorErasure {

    private static final String ERASE = """
            UPDATE oauth_install_links SET created_by = :replacement WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_install_links WHERE created_by = :actor LIMIT :limit FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    LinkCreators(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<Long> erase(String actor, String replacement, int limit) {
        return database.sql(ERASE)
                .bind("actor", actor)
                .bind("replacement", replacement)
                .bind("limit", limit)
                .fetch()
                .rowsUpdated();
    }
}
