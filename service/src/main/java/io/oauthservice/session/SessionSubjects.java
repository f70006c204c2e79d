package io.oauthservice.session;

import io.oauthservice.access.People;
import io.oauthservice.audit.ActorNames;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The people who have sessions. An erasure signs them out: a session has no use without its person. */
@Component
class SessionSubjects implements ActorNames {

    static final String CLOSE_ALL = """
            DELETE FROM oauth_sessions WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_sessions WHERE subject = :subject LIMIT :limit FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    SessionSubjects(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<Long> rename(String actor, String replacement, int limit) {
        return Mono.justOrEmpty(People.subject(actor))
                .flatMap(subject -> database.sql(CLOSE_ALL)
                        .bind("subject", subject)
                        .bind("limit", limit)
                        .fetch()
                        .rowsUpdated())
                .defaultIfEmpty(0L);
    }
}
