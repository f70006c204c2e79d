package io.oauthservice.audit;

import io.oauthservice.database.Sql;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds entries, newest first, one page at a time. A page examines a bounded number of entries of one index; where they
 * do not fill it, the next page continues after them.
 */
@Component
class AuditEntries {

    private static final int EXAMINED = 5_000;
    private static final int EXAMINED_OF_EACH = 1_000;

    /** Of all installations that a caller sees together. */
    private static final int MOST_EXAMINED = 200_000;

    /** These are most of all entries, so that the order by time finds them as fast as an index of their own. */
    private static final Set<String> FREQUENT = Set.of(CountKey.TOKEN_READ, "token.refreshed");

    private static final String RANGE = """
             at >= date_trunc('hour', :from::timestamptz, 'UTC') AND at < :to AND (at, id) < (:afterAt, :afterId)
            """;

    private static final String ORDER = " ORDER BY at DESC, id DESC LIMIT :examined";

    private static final String SELECT = "SELECT * FROM oauth_audit WHERE ";

    /**
     * A counted entry belongs to a time if any of its reads may: it covers all from its first to its last. The oldest
     * examined row is always returned, because the next page continues there.
     */
    private static final String PAGE = """
            SELECT * FROM (
                SELECT e.*, count(*) OVER () = :examined AS more, row_number() OVER (ORDER BY at, id) = 1 AS oldest,
                    COALESCE(last_at, at) >= :from
                        AND installation_id IS NOT DISTINCT FROM COALESCE(:installation, installation_id)
                        AND actor IS NOT DISTINCT FROM COALESCE(:actor, actor)
                        AND action = COALESCE(:action, action)
                        AND fingerprint IS NOT DISTINCT FROM COALESCE(:fingerprint, fingerprint)
                        AND (NOT :lifeCycle OR starts_with(action, 'installation.'))
                        AND (:everything OR installation_id = ANY(:visible)) AS matches
                FROM (%s) e) p
            WHERE matches OR oldest ORDER BY at DESC, id DESC LIMIT :rows
            """;

    static final String BY_TIME = PAGE.formatted(SELECT + RANGE + ORDER);
    static final String BY_INSTALLATION =
            PAGE.formatted(SELECT + "installation_id = :installation AND" + RANGE + ORDER);
    static final String BY_ACTOR = PAGE.formatted(SELECT + "actor = :actor AND" + RANGE + ORDER);
    static final String BY_FINGERPRINT = PAGE.formatted(SELECT + "fingerprint = :fingerprint AND" + RANGE + ORDER);
    static final String BY_ACTION = PAGE.formatted(
            SELECT + "action = :action AND action NOT IN ('token.read', 'token.refreshed') AND" + RANGE + ORDER);

    /** One index range for each installation, merged. */
    static final String OF_VISIBLE = PAGE.formatted("""
            SELECT a.* FROM (
                SELECT r.at, r.id FROM unnest(:visible) v (id)
                CROSS JOIN LATERAL (
                    SELECT at, id FROM oauth_audit WHERE installation_id = v.id AND %1$s %2$s) r
                %2$s) k
            CROSS JOIN LATERAL (SELECT * FROM oauth_audit WHERE at = k.at AND id = k.id LIMIT 1) a
            """.formatted(RANGE, ORDER));

    private static final TypeReference<Map<String, Object>> DETAIL = new TypeReference<>() {};
    private static final UUID[] NONE = {};

    private final DatabaseClient database;
    private final JsonMapper json;

    AuditEntries(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** @param visible the installations whose entries may be found; null: all, and entries without an installation */
    Mono<Page> find(AuditFilter filter, @Nullable List<UUID> visible) {
        boolean merged = visible != null && filter.installation() == null && filter.fingerprint() == null;
        int mostExamined = merged ? examinedOfEach(Objects.requireNonNull(visible)) : EXAMINED;
        int examined = isExact(filter, visible != null) ? Math.min(filter.limit() + 1, mostExamined) : mostExamined;
        GenericExecuteSpec query = database.sql(merged ? OF_VISIBLE : statement(filter))
                .bind("from", filter.from())
                .bind("to", filter.to())
                .bind("afterAt", filter.after().at())
                .bind("afterId", filter.after().id())
                .bind("examined", examined)
                .bind("installation", Sql.nullable(UUID.class, filter.installation()))
                .bind("actor", Sql.nullable(String.class, filter.actor()))
                .bind("action", Sql.nullable(String.class, filter.action()))
                .bind("fingerprint", Sql.nullable(String.class, filter.fingerprint()))
                .bind("lifeCycle", filter.lifeCycle())
                .bind("everything", visible == null)
                .bind("visible", visible == null ? NONE : visible.toArray(UUID[]::new))
                .bind("rows", filter.limit() + 1);
        return query.map(this::row).all().collectList().map(rows -> page(rows, filter.limit()));
    }

    private static int examinedOfEach(List<UUID> visible) {
        return Math.min(EXAMINED_OF_EACH, MOST_EXAMINED / Math.max(1, visible.size()));
    }

    /** Whether the statement's index range contains no other entries. */
    private static boolean isExact(AuditFilter filter, boolean limited) {
        boolean named = filter.conditions() == 1
                && (filter.installation() != null || (!limited && !isFrequent(filter.action())));
        return filter.from().equals(Instant.EPOCH) && !filter.lifeCycle() && (filter.conditions() == 0 || named);
    }

    private static boolean isFrequent(@Nullable String action) {
        return action != null && FREQUENT.contains(action);
    }

    private static String statement(AuditFilter filter) {
        if (filter.fingerprint() != null) {
            return BY_FINGERPRINT;
        }
        if (filter.installation() != null) {
            return BY_INSTALLATION;
        }
        if (filter.action() != null && !isFrequent(filter.action())) {
            return BY_ACTION;
        }
        return filter.actor() == null ? BY_TIME : BY_ACTOR;
    }

    private static Page page(List<Row> rows, int limit) {
        List<Row> matching = rows.stream().filter(Row::matches).toList();
        List<StoredEntry> entries =
                matching.stream().limit(limit).map(Row::entry).toList();
        if (matching.size() > limit) {
            return new Page(entries, entries.getLast().cursor());
        }
        Row oldest = rows.isEmpty() ? null : rows.getLast();
        return new Page(
                entries, oldest != null && oldest.more() ? oldest.entry().cursor() : null);
    }

    private Row row(Readable row) {
        return new Row(entry(row), Sql.isTrue(row, "matches"), Sql.isTrue(row, "more"));
    }

    private StoredEntry entry(Readable row) {
        return new StoredEntry(
                Sql.get(row, "id", Long.class),
                Sql.get(row, "at", Instant.class),
                Sql.get(row, "action", String.class),
                row.get("actor", String.class),
                row.get("source", String.class),
                row.get("platform", String.class),
                row.get("installation_id", UUID.class),
                row.get("org_id", String.class),
                row.get("fingerprint", String.class),
                Sql.get(row, "count", Long.class),
                detail(row));
    }

    private Map<String, Object> detail(Readable row) {
        Json stored = row.get("detail", Json.class);
        if (stored != null) {
            return json.readValue(stored.asArray(), DETAIL);
        }
        Map<String, Object> detail =
                CountKey.detail(row.get("subject", String.class), row.get("not_modified", Long.class));
        detail.put("first_at", Sql.get(row, "first_at", Instant.class));
        detail.put("last_at", Sql.get(row, "last_at", Instant.class));
        return detail;
    }

    /**
     * @param matches whether it is part of the page
     * @param more whether there may be entries that were not examined
     */
    private record Row(StoredEntry entry, boolean matches, boolean more) {}

    record Page(List<StoredEntry> entries, @Nullable AuditCursor next) {}
}
