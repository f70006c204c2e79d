package io.oauthservice.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to one installation, newest first. A page may be short, or empty, and nevertheless have a next one.
 *
 * @param next the cursor of older entries; null: there are none
 * @param whole false: only changes of the installation, without who has caused them
 */
public record History(List<Entry> entries, @Nullable String next, boolean whole) {

    public History {
        entries = List.copyOf(entries);
    }

    static History of(AuditEntries.Page page, boolean whole) {
        return new History(
                page.entries().stream().map(entry -> entry(entry, whole)).toList(),
                page.next() == null ? null : page.next().toString(),
                whole);
    }

    private static Entry entry(StoredEntry entry, boolean whole) {
        Map<String, Object> detail = entry.detail();
        return new Entry(
                entry.at(),
                entry.action(),
                whole ? entry.actor() : null,
                whole ? entry.source() : null,
                entry.count(),
                detail.get("not_modified") instanceof Long number ? number : 0,
                detail.get("last_at") instanceof Instant last ? last : null,
                text(detail, "status"),
                text(detail, "status_reason"),
                text(detail, "cause"));
    }

    private static @Nullable String text(Map<String, Object> detail, String field) {
        return detail.get(field) instanceof String text ? text : null;
    }

    /**
     * An entry.
     *
     * @param at when; of reads, the start of their hour
     * @param action such as {@code installation.created}; a later version may have written others
     * @param actor a caller's name, or one of those in {@link Origin}; null: not known, or not to be seen
     * @param source the sender's network; null: as the actor
     * @param count how often
     * @param notModified how many more reads found the token unchanged
     * @param lastAt of reads, the last one; null: it is not counted
     * @param status of the installation after a change
     * @param statusReason why it had this status
     * @param cause of a change
     */
    public record Entry(
            Instant at,
            String action,
            @Nullable String actor,
            @Nullable String source,
            long count,
            long notModified,
            @Nullable Instant lastAt,
            @Nullable String status,
            @Nullable String statusReason,
            @Nullable String cause) {}
}
