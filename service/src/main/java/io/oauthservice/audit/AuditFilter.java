package io.oauthservice.audit;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which entries to find; null: all.
 *
 * @param from the earliest time
 * @param to the first time after the last one
 * @param after the position of the entry before the first one
 * @param lifeCycle whether to find only what happened to installations: no tokens, links, or operations
 */
record AuditFilter(
        @Nullable UUID installation,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String fingerprint,
        Instant from,
        Instant to,
        AuditCursor after,
        int limit,
        boolean lifeCycle) {

    /** How many fields of an entry it names. */
    long conditions() {
        return Stream.of(installation != null, actor != null, action != null, fingerprint != null)
                .filter(named -> named)
                .count();
    }
}
