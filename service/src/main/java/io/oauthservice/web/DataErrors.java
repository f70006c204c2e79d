package io.oauthservice.web;

import io.r2dbc.spi.R2dbcException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Distinguishes data that the database rejects from an unavailable database. */
public final class DataErrors {

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final int MAX_DEPTH = 20;

    /** Violations of a foreign key, a unique key or an exclusion constraint. */
    private static final Set<String> CONFLICTS = Set.of("23503", "23505", "23P01");

    private DataErrors() {}

    /**
     * Whether the database rejected the data itself, so that a retry fails again: SQLSTATE class 22 (length, encoding,
     * range), or class 23 (constraints) except the violations that depend on concurrent transactions.
     */
    public static boolean isDataError(Throwable failure) {
        return isDataState(sqlState(failure));
    }

    /** Whether a statement waited too long for a lock. Its transaction had no effect and can be repeated. */
    public static boolean isLockTimeout(Throwable failure) {
        return LOCK_NOT_AVAILABLE.equals(sqlState(failure));
    }

    private static @Nullable String sqlState(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof R2dbcException sql) {
                return sql.getSqlState();
            }
            cause = cause.getCause();
        }
        return null;
    }

    /**
     * Whether the database failed for another reason than the data: it is unavailable, or the statement had a conflict,
     * a lock timeout or any other error. Callers treat all of these as an outage.
     */
    public static boolean isOutage(Throwable failure) {
        return !isDataError(failure)
                && (failure instanceof DataAccessException
                        || failure instanceof R2dbcException
                        || failure instanceof TransactionException
                        || failure instanceof TimeoutException);
    }

    private static boolean isDataState(@Nullable String sqlState) {
        return sqlState != null
                && (sqlState.startsWith("22") || (sqlState.startsWith("23") && !CONFLICTS.contains(sqlState)));
    }
}
