package io.oauthservice.listing;

import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.LabelFilter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/**
 * Selects the installations of a list; a null component selects all.
 *
 * @param statuses empty: any status
 * @param orgId the id of an organisation that the grant covers
 * @param text part of an organisation's name, ignoring case; with orgId or organisations, only their names count
 * @param organisations the ids of the only organisations that the caller may see; null: all
 * @param labels those that it must have
 * @param after the last position of the previous page
 */
public record InstallationFilter(
        @Nullable String platform,
        List<InstallationStatus> statuses,
        @Nullable String orgId,
        @Nullable String text,
        @Nullable List<String> organisations,
        LabelFilter labels,
        @Nullable Cursor after,
        int limit) {

    /** The position before every installation. */
    private static final Cursor START =
            new Cursor(Instant.parse("9999-12-31T00:00:00Z"), new InstallationId(new UUID(-1, -1)));

    /** Where the page starts. */
    Cursor start() {
        return after == null ? START : after;
    }

    /** Binds {@code platform, statuses, createdAt, lastId, rows}: the first rows behind a position. */
    GenericExecuteSpec bind(GenericExecuteSpec statement, Cursor after, int rows) {
        return statement
                .bindProperties(
                        new Range(platform, after.createdAt(), after.id().value(), rows))
                .bind("statuses", statusCodes());
    }

    /** The statuses as they are stored. */
    String[] statusCodes() {
        List<InstallationStatus> selected = statuses.isEmpty() ? List.of(InstallationStatus.values()) : statuses;
        return selected.stream().map(InstallationStatus::code).distinct().toArray(String[]::new);
    }

    /** The ids of the only organisations whose installations are selected; null: all organisations. */
    @Nullable
    List<String> selectedOrganisations() {
        if (orgId == null) {
            return organisations;
        }
        return organisations == null || organisations.contains(orgId) ? List.of(orgId) : List.of();
    }

    private record Range(@Nullable String platform, Instant createdAt, UUID lastId, int rows) {}

    /** A position in the list: after this installation. */
    public record Cursor(Instant createdAt, InstallationId id) {

        /** Empty where the text is not a cursor of this list. */
        public static Optional<Cursor> parse(String text) {
            int separator = text.indexOf('_');
            if (separator < 1) {
                return Optional.empty();
            }
            try {
                long micros = Long.parseLong(text.substring(0, separator));
                return InstallationId.parse(text.substring(separator + 1))
                        .map(id -> new Cursor(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), id))
                        .filter(cursor ->
                                cursor.createdAt.isAfter(Instant.EPOCH) && !cursor.createdAt.isAfter(START.createdAt));
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
