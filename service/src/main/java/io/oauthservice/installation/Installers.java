package io.oauthservice.installation;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The people who have installed something, as the providers name them. */
@Component
public class Installers {

    static final String RENAME = """
            UPDATE oauth_installations SET installed_by = :replacement WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_installations WHERE installed_by = :name LIMIT :limit FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    Installers(DatabaseClient database) {
        this.database = database;
    }

    /** Replaces a person's name in at most so many installations; returns their number. There is no event. */
    public Mono<Long> rename(String name, String replacement, int limit) {
        return database.sql(RENAME)
                .bind("name", name)
                .bind("replacement", replacement)
                .bind("limit", limit)
                .fetch()
                .rowsUpdated();
    }
}
