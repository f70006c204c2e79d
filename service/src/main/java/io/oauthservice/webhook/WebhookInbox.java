package io.oauthservice.webhook;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Platform;
import io.oauthservice.database.ExpiredRows;
import io.oauthservice.database.Sql;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import io.oauthservice.provider.Webhook.Report;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of deliveries: until they are processed, and some days longer, so that a repeated one is recognised. */
@Component
class WebhookInbox {

    static final String CHANNEL = "oauth_webhooks";

    /** A delivery that cannot be confirmed is given up after this time, before it is deleted. */
    static final Duration GIVE_UP_AFTER = Duration.ofDays(3);

    /** No platform repeats a delivery for longer. */
    private static final Duration KEPT = GIVE_UP_AFTER.plusDays(5);

    private static final String ADD = """
            WITH added AS (
                INSERT INTO oauth_webhook_inbox (platform, delivery_id, subject, event, report,
                    installations, of_organisation, of_every_user, users, requester_id, installed)
                SELECT :platform, :delivery, :subject, :event, :report,
                    :installations, :of_organisation, :of_every_user, :users, :requester, :installed
                WHERE NOT :known_only OR EXISTS (
                    SELECT FROM oauth_installations
                    WHERE platform = :platform AND external_install_id = ANY (:installations))
                ON CONFLICT (platform, delivery_id) DO UPDATE SET done_at = NULL, outcome = NULL, attempts = 0,
                    contradictions = 0, received_at = clock_timestamp(), next_attempt_at = clock_timestamp()
                WHERE oauth_webhook_inbox.outcome = 'given_up'
                RETURNING platform)
            SELECT platform, pg_notify(:channel, '')::text AS notified FROM added
            """;

    private static final String TAKE_DUE = """
            UPDATE oauth_webhook_inbox
            SET attempts = attempts + 1, next_attempt_at = clock_timestamp() + INTERVAL '5 minutes'
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM oauth_webhook_inbox
                WHERE platform = :platform AND done_at IS NULL AND next_attempt_at <= statement_timestamp()
                ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED))
            RETURNING platform, delivery_id, subject, report, installations, of_organisation, of_every_user, users,
                requester_id, installed, attempts, contradictions, EXTRACT(EPOCH FROM clock_timestamp() - received_at)::float8 AS age
            """;

    private static final String FINISH = """
            UPDATE oauth_webhook_inbox SET done_at = clock_timestamp(), outcome = :outcome
            WHERE platform = :platform AND delivery_id = :delivery AND attempts = :attempts
            """;

    private static final String POSTPONE = """
            UPDATE oauth_webhook_inbox
            SET next_attempt_at = clock_timestamp() + make_interval(secs => :seconds), outcome = :outcome,
                contradictions = contradictions + CASE WHEN :outcome = 'contradicted' THEN 1 ELSE 0 END
            WHERE platform = :platform AND delivery_id = :delivery AND attempts = :attempts
            """;

    private final DatabaseClient database;

    WebhookInbox(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Stores a delivery. False if it is stored already and was not given up, or if it matches no known installation and
     * has to.
     */
    Mono<Boolean> add(Platform platform, Delivery delivery) {
        Grants grants = delivery.grants();
        return database.sql(ADD)
                .bind("platform", platform.id())
                .bind("requester", Sql.nullable(String.class, delivery.requesterId()))
                .bind("delivery", delivery.id())
                .bind("subject", delivery.subject())
                .bind("event", delivery.event())
                .bind("report", toStored(delivery.report()).name())
                .bind("installed", delivery.report() == Report.INSTALLED)
                .bind("installations", grants.installations().toArray(String[]::new))
                .bind("of_organisation", grants.ofOrganisation())
                .bind("of_every_user", grants.ofEveryUser())
                .bind("users", grants.users().toArray(String[]::new))
                .bind("known_only", delivery.knownOnly())
                .bind("channel", CHANNEL)
                .map(row -> true)
                .one()
                .defaultIfEmpty(false);
    }

    /** Replicas of the version before do not know {@code INSTALLED}: a column of its own marks it. */
    private static Report toStored(Report report) {
        return report == Report.INSTALLED ? Report.CHANGED : report;
    }

    /** The oldest due deliveries, each given to one replica only for 5 minutes. */
    Flux<Stored> takeDue(Platform platform, int limit) {
        return database.sql(TAKE_DUE)
                .bind("platform", platform.id())
                .bind("limit", limit)
                .map(Stored::of)
                .all();
    }

    /** The delivery is processed. */
    Mono<Void> finish(Stored delivery, String outcome) {
        return bind(FINISH, delivery).bind("outcome", outcome).then();
    }

    /** The delivery is processed again after this pause. */
    Mono<Void> postpone(Stored delivery, Duration pause, String outcome) {
        return bind(POSTPONE, delivery)
                .bind("seconds", Sql.seconds(pause))
                .bind("outcome", outcome)
                .then();
    }

    private DatabaseClient.GenericExecuteSpec bind(String sql, Stored delivery) {
        return database.sql(sql)
                .bind("platform", delivery.platform().id())
                .bind("delivery", delivery.deliveryId())
                .bind("attempts", delivery.attempts());
    }

    @Bean
    BackgroundLoop oldWebhooksLoop() {
        return new ExpiredRows(database, "oauth_webhook_inbox", "received_at", KEPT).job(WebhookInbox.class);
    }

    /**
     * A delivery to be processed.
     *
     * @param attempts how often it was taken, this time included
     * @param contradictions how often the platform answered otherwise than the event claims
     * @param age since it was received
     */
    record Stored(
            Platform platform,
            String deliveryId,
            String subject,
            Report report,
            Grants grants,
            @Nullable String requesterId,
            int attempts,
            int contradictions,
            Duration age) {

        private static Stored of(Readable row) {
            return new Stored(
                    new Platform(Sql.get(row, "platform", String.class)),
                    Sql.get(row, "delivery_id", String.class),
                    Sql.get(row, "subject", String.class),
                    Sql.get(row, "installed", Boolean.class)
                            ? Report.INSTALLED
                            : Report.valueOf(Sql.get(row, "report", String.class)),
                    new Grants(
                            List.of(Sql.get(row, "installations", String[].class)),
                            Sql.get(row, "of_organisation", Boolean.class),
                            Sql.get(row, "of_every_user", Boolean.class),
                            List.of(Sql.get(row, "users", String[].class))),
                    row.get("requester_id", String.class),
                    Sql.get(row, "attempts", Integer.class),
                    Sql.get(row, "contradictions", Integer.class),
                    Sql.duration(Sql.get(row, "age", Double.class)));
        }
    }
}
