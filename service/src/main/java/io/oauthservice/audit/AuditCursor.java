package io.oauthservice.audit;

import io.oauthservice.web.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A position in the audit: of an entry, which never changes. */
record AuditCursor(Instant at, long id) {

    /** Before the newest entry. */
    static final AuditCursor START = new AuditCursor(Instant.parse("9999-12-31T00:00:00Z"), Long.MAX_VALUE);

    private static final char SEPARATOR = '_';

    /**
     * Where a page begins.
     *
     * @param text null: at the newest entry
     * @throws ProblemException 400 that names the parameter, for a text that is not a cursor of the audit
     */
    static AuditCursor of(String parameter, @Nullable String text) {
        return text == null
                ? START
                : parse(text)
                        .orElseThrow(() ->
                                ProblemException.invalid(parameter, "must be the next_cursor of a page of this list"));
    }

    private static Optional<AuditCursor> parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 1) {
            return Optional.empty();
        }
        try {
            long micros = Long.parseLong(text.substring(0, separator));
            return Optional.of(new AuditCursor(
                            Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
                            Long.parseLong(text.substring(separator + 1))))
                    .filter(cursor -> !cursor.at.isAfter(START.at) && cursor.at.isAfter(Instant.EPOCH));
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "" + ChronoUnit.MICROS.between(Instant.EPOCH, at) + SEPARATOR + id;
    }
}
