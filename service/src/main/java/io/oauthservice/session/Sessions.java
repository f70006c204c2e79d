package io.oauthservice.session;

import io.oauthservice.access.People;
import io.oauthservice.audit.ActorErasure;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Secret;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.database.Sql;
import io.oauthservice.session.SessionOwner.ApiKey;
import io.oauthservice.session.SessionOwner.Person;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stores sessions: the hash of each id, and who has opened it. Stores the hash of an API key, never the key. */
@Component
class Sessions implements ActorErasure {

    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration LONGEST = Duration.ofHours(8);

    static final String OPEN = """
            INSERT INTO oauth_sessions (id, key_sha256, issuer, subject, roles, display_name, ends_at, expires_at)
            VALUES (:id, :key, :issuer, :subject, :roles, :name, statement_timestamp() + make_interval(secs => :longest),
                statement_timestamp() + make_interval(secs => :idle))
            """;

    /** Most requests find an expiry that is recent enough, and write nothing. */
    static final String USE = """
            WITH used AS (
                UPDATE oauth_sessions
                SET expires_at = LEAST(ends_at, statement_timestamp() + make_interval(secs => :idle))
                WHERE id = :id AND expires_at > statement_timestamp()
                  AND expires_at < LEAST(ends_at, statement_timestamp() + make_interval(secs => :idle - 60)))
            SELECT key_sha256, issuer, subject, roles, display_name FROM oauth_sessions
            WHERE id = :id AND expires_at > statement_timestamp()
            """;

    static final String FIND = """
            SELECT key_sha256, issuer, subject, roles, display_name FROM oauth_sessions
            WHERE id = :id AND expires_at > statement_timestamp()
            """;

    static final String CLOSE = "DELETE FROM oauth_sessions WHERE id = :id";

    static final String CLOSE_ALL = """
            DELETE FROM oauth_sessions WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_sessions WHERE subject = :subject LIMIT :limit FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    Sessions(DatabaseClient database) {
        this.database = database;
    }

    @Bean
    BackgroundLoop expiredSessionsLoop() {
        return expired().job(Sessions.class);
    }

    ExpiredRows expired() {
        return new ExpiredRows(database, "oauth_sessions", "expires_at", Duration.ZERO);
    }

    /** Opens a session that ends after eight hours, or after half an hour without a request. */
    Mono<Void> open(Secret id, SessionOwner owner) {
        return bind(database.sql(OPEN), owner)
                .bind("id", id.sha256())
                .bind("longest", Sql.seconds(LONGEST))
                .bind("idle", Sql.seconds(IDLE))
                .then();
    }

    private static GenericExecuteSpec bind(GenericExecuteSpec statement, SessionOwner owner) {
        return switch (owner) {
            case ApiKey key ->
                statement
                        .bind("key", key.sha256())
                        .bindNull("issuer", String.class)
                        .bindNull("subject", String.class)
                        .bindNull("roles", String[].class)
                        .bindNull("name", String.class);
            case Person person ->
                statement
                        .bindNull("key", String.class)
                        .bind("issuer", person.issuer())
                        .bind("subject", person.subject())
                        .bind("roles", person.roles().toArray(String[]::new))
                        .bind("name", person.displayName());
        };
    }

    /** Who has opened the session. Extends it. Empty where there is no such session. */
    Mono<SessionOwner> use(Secret id) {
        return database.sql(USE)
                .bind("id", id.sha256())
                .bind("idle", Sql.seconds(IDLE))
                .map(Sessions::owner)
                .one();
    }

    /** As {@link #use}, but does not extend the session. */
    Mono<SessionOwner> find(Secret id) {
        return database.sql(FIND).bind("id", id.sha256()).map(Sessions::owner).one();
    }

    private static SessionOwner owner(Readable row) {
        String key = row.get("key_sha256", String.class);
        return key == null
                ? new Person(
                        Sql.get(row, "issuer", String.class),
                        Sql.get(row, "subject", String.class),
                        List.of(Sql.get(row, "roles", String[].class)),
                        Sql.get(row, "display_name", String.class))
                : new ApiKey(key);
    }

    Mono<Void> close(Secret id) {
        return database.sql(CLOSE).bind("id", id.sha256()).then();
    }

    /** Closes sessions of a person: a session has no use without its person. */
    @Override
    public Mono<Long> erase(String actor, String replacement, int limit) {
        return Mono.justOrEmpty(People.subject(actor))
                .flatMap(subject -> database.sql(CLOSE_ALL)
                        .bind("subject", subject)
                        .bind("limit", limit)
                        .fetch()
                        .rowsUpdated())
                .defaultIfEmpty(0L);
    }
}
