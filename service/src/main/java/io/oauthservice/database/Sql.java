package io.oauthservice.database;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Values of statements: of their parameters, and of the rows that they return. */
public final class Sql {

    private Sql() {}

    /** A value of a column that is never null. */
    public static <T> T get(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    /** Whether a column is true; false where it is null. */
    public static boolean isTrue(Readable row, String column) {
        return Boolean.TRUE.equals(row.get(column, Boolean.class));
    }

    /** A duration as PostgreSQL's {@code make_interval(secs => …)} takes it. */
    public static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** The inverse of {@link #seconds}. */
    public static Duration duration(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    /** A parameter that may be null. */
    public static Parameter nullable(Class<?> type, @Nullable Object value) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }

    /** One column of a parameter that is a table. */
    public static <E, T extends @Nullable Object> T[] column(
            List<E> rows, IntFunction<T[]> array, Function<E, T> value) {
        return rows.stream().map(value).toArray(array);
    }
}
