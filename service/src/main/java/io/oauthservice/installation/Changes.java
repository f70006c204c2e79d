package io.oauthservice.installation;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Tells all replicas, with the commit of the transaction under way, that an installation has changed. */
@Component
class Changes {

    private static final String TELL =
            "SELECT pg_notify('oauth_installations', :id || ':' || :version || ':' || :status)";

    private final DatabaseClient database;

    Changes(DatabaseClient database) {
        this.database = database;
    }

    /** Answers the installation it was given. */
    Mono<Installation> tell(Installation changed) {
        return database.sql(TELL)
                .bind("id", changed.id().toString())
                .bind("version", Long.toString(changed.tokens().version()))
                .bind("status", changed.status().word())
                .then()
                .thenReturn(changed);
    }
}
