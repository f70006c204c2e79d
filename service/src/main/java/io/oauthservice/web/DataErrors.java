package io.oauthservice.web;

import io.r2dbc.spi.R2dbcException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Distinguishes data that the database does not accept from a database that cannot be reached. */
public final class DataErrors {

    private static final int DEEPEST = 20;

    /** Foreign key, unique key, exclusion. */
    private static final Set<String> CONFLICTS = Set.of("23503", "23505", "23P01");

    private DataErrors() {}

    /**
     * Whether the database refused the data itself: SQLSTATE class 22 (length, encoding, range), or 23 (constraints) but
     * for unique keys and foreign keys, which depend on what others store at the same moment. The same statement fails
     * again whenever it is repeated.
     */
    public static boolean isDataError(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof R2dbcException sql) {
                return isDataState(sql.getSqlState());
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isDataState(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("22") || (sqlState.startsWith("23") && !CONFLICTS.contains(sqlState)));
    }
}
