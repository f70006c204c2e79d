package io.oauthservice.audit;

import io.oauthservice.audit.AuditExport.Line;
import io.oauthservice.audit.PendingCount.Unstored;
import io.oauthservice.database.Sql;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Adds counts to their entries, which all replicas share. Every statement is a transaction of its own and writes its
 * rows in the order of their key, so that replicas cannot deadlock.
 */
@Component
class CountStore {

    static final String ADD = """
            INSERT INTO oauth_audit AS a (at, action, actor, source, platform, installation_id, org_id, fingerprint,
                subject, counted, count, not_modified, first_at, last_at)
            SELECT date_trunc(c.unit, statement_timestamp(), 'UTC') AS at, c.action, c.actor, c.source, c.platform,
                c.installation_id, c.org_id, c.fingerprint, c.subject, true, c.count, c.not_modified, c.first_at, c.last_at
            FROM unnest(:units::text[], :actions::text[], :actors::text[], :sources::text[], :platforms::text[],
                :installations::uuid[], :organisations::text[], :fingerprints::text[], :subjects::text[],
                :counts::bigint[], :unmodified::bigint[], :firsts::timestamptz[], :lasts::timestamptz[])
                AS c (unit, action, actor, source, platform, installation_id, org_id, fingerprint, subject, count,
                    not_modified, first_at, last_at)
            ORDER BY at, c.actor, c.installation_id, c.fingerprint, c.action, c.platform, c.subject
            ON CONFLICT (at, actor, installation_id, fingerprint, action, platform, subject) WHERE counted
            DO UPDATE SET count = a.count + EXCLUDED.count, not_modified = a.not_modified + EXCLUDED.not_modified,
                first_at = LEAST(a.first_at, EXCLUDED.first_at), last_at = GREATEST(a.last_at, EXCLUDED.last_at),
                source = COALESCE(EXCLUDED.source, a.source), org_id = COALESCE(EXCLUDED.org_id, a.org_id)
            """;

    private final DatabaseClient database;
    private final SourceNetworks networks;
    private final AuditExport export;

    CountStore(DatabaseClient database, SourceNetworks networks, AuditExport export) {
        this.database = database;
        this.networks = networks;
        this.export = export;
    }

    /** Adds these counts to their entries, and logs them. */
    Mono<Void> add(List<Unstored> counts) {
        List<Line> entries = counts.stream().map(this::line).toList();
        return database.sql(ADD)
                .bind(
                        "units",
                        Sql.column(counts, String[]::new, one -> one.key().isOfMinute() ? "minute" : "hour"))
                .bind("actions", Sql.column(entries, String[]::new, Line::action))
                .bind("actors", Sql.column(entries, String[]::new, Line::actor))
                .bind("sources", Sql.column(entries, String[]::new, Line::source))
                .bind("platforms", Sql.column(entries, String[]::new, Line::platform))
                .bind("installations", Sql.column(entries, UUID[]::new, Line::installation))
                .bind("organisations", Sql.column(entries, String[]::new, Line::organisation))
                .bind("fingerprints", Sql.column(entries, String[]::new, Line::fingerprint))
                .bind(
                        "subjects",
                        Sql.column(counts, String[]::new, one -> one.key().reason()))
                .bind("counts", Sql.column(counts, Long[]::new, Unstored::served))
                .bind("unmodified", Sql.column(counts, Long[]::new, CountStore::notModified))
                .bind("firsts", Sql.column(entries, Instant[]::new, Line::firstAt))
                .bind("lasts", Sql.column(entries, Instant[]::new, Line::lastAt))
                .then()
                .doOnSuccess(stored -> entries.forEach(export::write));
    }

    /** Only of reads: nothing else is answered with 304. */
    private static @Nullable Long notModified(Unstored one) {
        return one.key().action().equals(CountKey.TOKEN_READ) ? one.notModified() : null;
    }

    private Line line(Unstored one) {
        CountKey key = one.key();
        return new Line(
                key.action(),
                key.actor(),
                networks.text(one.address()),
                key.platform(),
                key.installation(),
                one.organisation(),
                key.fingerprint(),
                one.served(),
                Instant.ofEpochMilli(one.firstAt()),
                Instant.ofEpochMilli(one.lastAt()),
                CountKey.detail(key.reason(), notModified(one)));
    }
}
