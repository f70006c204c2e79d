package io.oauthservice.installation;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Announces, once per deadline, that a grant ends at its provider unless it is authorised again. */
@Component
@EnableConfigurationProperties(ReconnectDeadlines.Properties.class)
class ReconnectDeadlines {

    private static final Logger log = LoggerFactory.getLogger(ReconnectDeadlines.class);

    private static final String NEAR = """
            i.status = 'active'
              AND LEAST(i.refresh_token_expires_at, i.grant_expires_at)
                  BETWEEN clock_timestamp() AND clock_timestamp() + make_interval(secs => :ahead)
              AND i.reconnect_announced_for IS DISTINCT FROM LEAST(i.refresh_token_expires_at, i.grant_expires_at)
            """;

    /** The schedule contains only deadlines that are not announced yet. */
    private static final String DUE = """
            SELECT installation_id AS id FROM oauth_refresh_schedule
            WHERE reconnect_by BETWEEN statement_timestamp() AND statement_timestamp() + make_interval(secs => :ahead)
            ORDER BY reconnect_by LIMIT 500
            """;

    private static final String ANNOUNCE = """
            UPDATE oauth_installations i
            SET reconnect_announced_for = LEAST(refresh_token_expires_at, grant_expires_at),
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND
            """ + NEAR + " RETURNING " + InstallationRows.COLUMNS;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final ChangeRecorder changes;
    private final Properties properties;

    ReconnectDeadlines(DatabaseClient database, InstallationRows rows, ChangeRecorder changes, Properties properties) {
        this.database = database;
        this.rows = rows;
        this.changes = changes;
        this.properties = properties;
    }

    @Bean
    BackgroundLoop reconnectDeadlinesLoop() {
        return new BackgroundLoop(
                ReconnectDeadlines.class, properties.lookEvery(), "Reconnect deadline check failed", this::announceAll);
    }

    private Mono<Void> announceAll() {
        return database.sql(DUE)
                .bind("ahead", ahead())
                .map(row -> Sql.get(row, "id", UUID.class))
                .all()
                .collectList()
                .flatMapIterable(found -> found)
                .concatMap(this::announce)
                .then();
    }

    private Mono<Installation> announce(UUID id) {
        Mono<Installation> update = database.sql(ANNOUNCE)
                .bind("id", id)
                .bind("ahead", ahead())
                .map(rows::installation)
                .one();
        return changes.inTransaction(
                        update.flatMap(due -> changes.append(due, InstallationEvents.reconnectDue(due), Set.of())))
                .doOnNext(due -> log.info(
                        "Reconnect due: platform={} installation={} deadline={}",
                        due.platform(),
                        due.id(),
                        due.reconnectBy()));
    }

    private double ahead() {
        return Sql.seconds(properties.announceBefore());
    }

    /**
     * The announcement of deadlines.
     *
     * @param announceBefore how long before the deadline
     * @param lookEvery how often deadlines are checked
     */
    @ConfigurationProperties("oauth.reconnect")
    record Properties(
            @DefaultValue("30d") Duration announceBefore,
            @DefaultValue("1h") Duration lookEvery) {}
}
