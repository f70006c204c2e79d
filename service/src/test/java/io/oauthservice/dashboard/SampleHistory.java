package io.oauthservice.dashboard;

import io.oauthservice.Rows;
import java.util.Map;

/** Entries of the audit for the history of an installation. */
final class SampleHistory {

    private final Rows rows;
    private final String installation;

    SampleHistory(Rows rows, String installation) {
        this.rows = rows;
        this.installation = installation;
    }

    SampleHistory add(String minutesAgo, String action, String actor, String source, String detail) {
        rows.change(
                """
                INSERT INTO oauth_audit (at, action, actor, source, platform, installation_id, detail)
                VALUES (clock_timestamp() - make_interval(mins => :ago::int), :action, :actor, NULLIF(:source, ''), 'github',
                    :installation::uuid, :detail::jsonb)
                """,
                Map.of(
                        "ago", minutesAgo,
                        "action", action,
                        "actor", actor,
                        "source", source,
                        "installation", installation,
                        "detail", detail));
        return this;
    }

    SampleHistory addReads(String hoursAgo, String actor, long count, long notModified) {
        rows.change(
                """
                INSERT INTO oauth_audit (at, action, actor, source, platform, installation_id, counted, count, not_modified,
                    first_at, last_at)
                SELECT hour, 'token.read', :actor, '10.1.2.0/24', 'github', :installation::uuid, true, :count, :notModified,
                    hour + INTERVAL '1 minute', hour + INTERVAL '40 minutes'
                FROM date_trunc('hour', clock_timestamp() - make_interval(hours => :ago::int), 'UTC') hour
                """,
                Map.of(
                        "ago",
                        hoursAgo,
                        "actor",
                        actor,
                        "count",
                        count,
                        "notModified",
                        notModified,
                        "installation",
                        installation));
        return this;
    }

    /** What happens to most installations. */
    static void addAll(Rows rows, String installation) {
        new SampleHistory(rows, installation)
                .add("4321", "installation.created", "dashboard", "203.0.113.0/24", "{\"cause\": \"installed\"}")
                .add("4321", "link.completed", "dashboard", "203.0.113.0/24", "{}")
                .add("2900", "installation.labels-changed", "dashboard", "10.1.7.0/24", "{}")
                .add(
                        "1500",
                        "installation.suspended",
                        "webhook",
                        "192.30.252.0/24",
                        "{\"status\": \"suspended\", \"status_reason\": \"by_provider\"}")
                .add("1440", "installation.resumed", "webhook", "192.30.252.0/24", "{}")
                .add("190", "token.refreshed", "service", "", "{}")
                .add("130", "token.refreshed", "service", "", "{}")
                .addReads("3", "indexer", 812, 40)
                .addReads("2", "indexer", 640, 0)
                .addReads("2", "review-bot", 1, 0);
    }
}
