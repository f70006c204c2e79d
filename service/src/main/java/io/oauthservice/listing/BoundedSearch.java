package io.oauthservice.listing;

import io.oauthservice.database.Sql;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.listing.InstallationFilter.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/**
 * A search, newest first, at a bounded cost whatever is searched for. What is frequent is found by reading the newest
 * rows; what is rare by an index. Where neither fills the page within its bound, the page is short and the search
 * continues behind the last row that was examined.
 */
final class BoundedSearch {

    /** The platforms that have installations, by skipping from one to the next in an index. */
    static final String PLATFORMS = """
            WITH RECURSIVE present (platform) AS (
                (SELECT platform FROM oauth_installations ORDER BY platform LIMIT 1)
                UNION ALL
                SELECT (SELECT i.platform FROM oauth_installations i WHERE i.platform > present.platform
                        ORDER BY i.platform LIMIT 1)
                FROM present WHERE present.platform IS NOT NULL)
            SELECT platform FROM present WHERE platform = COALESCE(:platform, platform)
            """;

    private static final int CANDIDATES = 5_000;

    /**
     * If the first scan finds this many matches, another scan costs less than the index. All of them count, also those
     * that the next scan examines again because another range was examined less far.
     */
    private static final int FREQUENT = 10;

    private final DatabaseClient database;
    private final String scan;
    private final String lookUp;
    private final int shortScan;
    private final int longScan;

    /**
     * Both statements return {@code created_at} and {@code installation_id} of the matches, at least one row, and have
     * the parameters of {@link InstallationFilter#bind}.
     *
     * @param scan examines {@code :budget} rows; returns where that ended as {@code to_created_at} and {@code to_id},
     *     and how many of them match as {@code matching}
     * @param shortScan how many rows the first scan examines; later scans examine more
     * @param longScan how many rows all scans examine together
     * @param lookUp reads up to {@code :candidates} rows by an index; returns how many it has read as
     *     {@code candidates}
     */
    BoundedSearch(DatabaseClient database, String scan, int shortScan, int longScan, String lookUp) {
        this.database = database;
        this.scan = scan;
        this.shortScan = shortScan;
        this.longScan = longScan;
        this.lookUp = lookUp;
    }

    /**
     * The newest installations behind the filter's cursor that match.
     *
     * @param parameters binds what is searched for
     */
    Mono<Found> find(InstallationFilter filter, int rows, UnaryOperator<GenericExecuteSpec> parameters) {
        Query query = new Query(filter, filter.start(), rows, parameters);
        return scan(query, shortScan).flatMap(newest -> {
            if (newest.found().isComplete(rows)) {
                return Mono.just(newest.found());
            }
            Mono<Found> older = Mono.defer(() -> scanOlder(query, newest.found(), shortScan));
            return newest.count() >= FREQUENT ? older : lookUp(query).switchIfEmpty(older);
        });
    }

    /** @param examined how many rows have been examined */
    private Mono<Found> scanOlder(Query query, Found newer, int examined) {
        if (newer.isComplete(query.rows()) || examined >= longScan) {
            return Mono.just(newer);
        }
        int budget = Math.min(nextBudget(query.rows(), newer.matches().size(), examined), longScan - examined);
        return scan(query.behind(Objects.requireNonNull(newer.examinedTo())), budget)
                .flatMap(older -> scanOlder(query, newer.and(older.found()), examined + budget));
    }

    /**
     * Twice the rows that fill the page if older ones match as often as those that were examined. No fewer than those,
     * so that there are few scans.
     */
    private static int nextBudget(int rows, int found, int examined) {
        return found < FREQUENT ? 2 * examined : Math.max(examined, 2 * examined * (rows - found) / found);
    }

    private Mono<Counted> scan(Query query, int budget) {
        GenericExecuteSpec statement = query.bind(database.sql(scan)).bind("budget", budget);
        return read(statement, "matching", row -> cursor(row, "to_created_at", "to_id"));
    }

    /** Empty where there are too many candidates. */
    private Mono<Found> lookUp(Query query) {
        GenericExecuteSpec statement = query.bind(database.sql(lookUp)).bind("candidates", CANDIDATES);
        return read(statement, "candidates", row -> null)
                .filter(read -> read.count() < CANDIDATES)
                .map(Counted::found);
    }

    /** Each row has one match, and all of them the same count and the same end. */
    private static Mono<Counted> read(
            GenericExecuteSpec statement, String count, Function<Readable, @Nullable Cursor> examinedTo) {
        return statement
                .map(row -> new Counted(new Found(match(row), examinedTo.apply(row)), Sql.get(row, count, Long.class)))
                .all()
                .collectList()
                .map(rows -> new Counted(
                        merge(rows.stream().map(Counted::found).toList()),
                        rows.getFirst().count()));
    }

    private static List<Cursor> match(Readable row) {
        Cursor match = cursor(row, "created_at", "installation_id");
        return match == null ? List.of() : List.of(match);
    }

    private static @Nullable Cursor cursor(Readable row, String createdAt, String id) {
        Instant created = row.get(createdAt, Instant.class);
        UUID value = row.get(id, UUID.class);
        return created == null || value == null ? null : new Cursor(created, new InstallationId(value));
    }

    private static Found merge(List<Found> rows) {
        return new Found(
                rows.stream().flatMap(row -> row.matches().stream()).toList(),
                rows.getFirst().examinedTo());
    }

    /**
     * The matches of a search.
     *
     * @param matches newest first
     * @param examinedTo where the search has to continue; null: there are no more matches than these
     */
    record Found(List<Cursor> matches, @Nullable Cursor examinedTo) {

        boolean isComplete(int rows) {
            return examinedTo == null || matches.size() >= rows;
        }

        Found and(Found older) {
            return new Found(
                    Stream.concat(matches.stream(), older.matches.stream()).toList(), older.examinedTo);
        }
    }

    /**
     * What a statement has found.
     *
     * @param count of a scan: how many of all rows that were examined match; of a look-up: how many rows were read,
     *     where CANDIDATES means that there may be more
     */
    private record Counted(Found found, long count) {}

    private record Query(
            InstallationFilter filter, Cursor after, int rows, UnaryOperator<GenericExecuteSpec> parameters) {

        Query behind(Cursor position) {
            return new Query(filter, position, rows, parameters);
        }

        GenericExecuteSpec bind(GenericExecuteSpec statement) {
            return filter.bind(parameters.apply(statement), after, rows);
        }
    }
}
