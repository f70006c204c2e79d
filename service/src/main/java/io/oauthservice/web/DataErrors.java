package io.oauthservice.web;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;

/** Tells data that the database does not accept from a database that cannot be reached. */
public final class DataErrors {

    private static final int DEEPEST = 20;

    private DataErrors() {}

    /**
     * Whether the database refused the data itself: SQLSTATE class 22 (length, encoding, range) or 23 (constraints). The
     * same statement fails again whenever it is repeated.
     */
    public static boolean isDataError(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof DataIntegrityViolationException
                    || (cause instanceof R2dbcException sql && isDataState(sql.getSqlState()))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isDataState(@Nullable String sqlState) {
        return sqlState != null && (sqlState.startsWith("22") || sqlState.startsWith("23"));
    }
}
