package io.oauthservice.webhook;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The table of deliveries: until they are processed, and some days longer, so that a repeated one is recognised. */
@Component
class WebhookInbox {

    static final String CHANNEL = "oauth_webhooks";

    private static final String ADD = """
            WITH added AS (
                INSERT INTO oauth_webhook_inbox (platform, delivery_id, subject, event, action,
                    installations, of_organisation, of_every_user, users)
                SELECT :platform, :delivery, :subject, :event, :action,
                    :installations, :of_organisation, :of_every_user, :users
                WHERE NOT :known_only OR EXISTS (
                    SELECT FROM oauth_installations
                    WHERE platform = :platform AND external_install_id = ANY (:installations))
                ON CONFLICT (platform, delivery_id) DO NOTHING
                RETURNING platform)
            SELECT platform, pg_notify('oauth_webhooks', '')::text AS notified FROM added
            """;

    private final DatabaseClient database;

    WebhookInbox(DatabaseClient database) {
        this.database = database;
    }

    /** Stores a delivery. False where it is stored already, or where it is about nothing of ours. */
    Mono<Boolean> add(Platform platform, Delivery delivery) {
        Grants grants = delivery.grants();
        DatabaseClient.GenericExecuteSpec insert = database.sql(ADD)
                .bind("platform", platform.id())
                .bind("delivery", delivery.id())
                .bind("subject", delivery.subject())
                .bind("event", delivery.event())
                .bind("installations", grants.installations().toArray(String[]::new))
                .bind("of_organisation", grants.ofOrganisation())
                .bind("of_every_user", grants.ofEveryUser())
                .bind("users", grants.users().toArray(String[]::new))
                .bind("known_only", delivery.knownOnly());
        insert = delivery.action() == null
                ? insert.bindNull("action", String.class)
                : insert.bind("action", delivery.action());
        return insert.map(row -> true).one().defaultIfEmpty(false);
    }
}
