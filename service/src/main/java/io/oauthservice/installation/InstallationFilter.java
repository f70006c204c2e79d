package io.oauthservice.installation;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which installations a list shows; what is null does not narrow it.
 *
 * @param statuses empty: whatever its status
 * @param orgId one of the organisations that a grant reaches
 * @param text part of an organisation's name, in any case
 * @param organisations the only organisations that the caller may see; null: all
 * @param after where the former page ended
 */
public record InstallationFilter(
        @Nullable String platform,
        List<InstallationStatus> statuses,
        @Nullable String orgId,
        @Nullable String text,
        @Nullable List<String> organisations,
        @Nullable Cursor after,
        int limit) {

    /** The last row of a page. */
    public record Cursor(Instant createdAt, InstallationId id) {

        /** Empty where the text is no cursor of ours. */
        public static Optional<Cursor> parse(String text) {
            int separator = text.indexOf('_');
            if (separator < 1) {
                return Optional.empty();
            }
            try {
                long micros = Long.parseLong(text.substring(0, separator));
                return InstallationId.parse(text.substring(separator + 1))
                        .map(id -> new Cursor(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), id));
            } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "_" + id;
        }
    }
}
