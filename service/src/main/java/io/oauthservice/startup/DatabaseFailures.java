package io.oauthservice.startup;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Classifies failures of PostgreSQL and of both drivers at the start. */
public final class DatabaseFailures {

    private static final Set<String> WRONG_LOGIN = Set.of("28P01", "28000");
    private static final String NO_DATABASE = "3D000";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String READ_ONLY = "25006";

    /** Connection, serialization, resources, lock not available, operator intervention (starting up, shutting down). */
    private static final Pattern TRANSIENT = Pattern.compile("(08|40|53|57).*|55P03");

    /** PgBouncer's message. PgBouncer uses 08P01 for all errors, including transient ones. */
    private static final Pattern PARAMETER = Pattern.compile("unsupported startup parameter[^:]*: (\\w+)");

    private static final Pattern WITHOUT_ENCRYPTION = Pattern.compile("pg_hba\\.conf.*(no encryption|SSL off)");
    private static final Pattern WITHOUT_TLS = Pattern.compile("does not support SSL");
    private static final Pattern NO_DATABASE_IN_POOLER = Pattern.compile("no such database: ");

    private DatabaseFailures() {}

    /** Repeats the attempt while it fails for a transient reason; fails with a {@link SettingException}. */
    public static <T> T await(Supplier<T> attempt) {
        try {
            return StartWait.until("PostgreSQL", attempt, DatabaseFailures::isTransient);
        } catch (SettingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw asSetting(e);
        }
    }

    /** Whether another attempt may succeed: no answer yet, a timeout, or too many connections. */
    public static boolean isTransient(Throwable failure) {
        return causes(failure).anyMatch(DatabaseFailures::isOfTheDatabase)
                && rejectedSetting(failure) == null
                && sqlState(failure)
                        .map(state -> TRANSIENT.matcher(state).matches())
                        .orElse(true);
    }

    /** The failure as an error of the setting to correct. */
    public static SettingException asSetting(Throwable failure) {
        SettingException rejected = rejectedSetting(failure);
        if (rejected != null) {
            return rejected;
        }
        String does = isTransient(failure) ? "does not answer: " : "cannot be used: ";
        return new SettingException("POSTGRES_HOST, POSTGRES_PORT", "name a database that " + does + text(failure));
    }

    private static @Nullable SettingException rejectedSetting(Throwable failure) {
        String state = sqlState(failure).orElse("");
        SettingException encryption = rejectedEncryption(failure);
        if (encryption != null) {
            return encryption;
        }
        if (WRONG_LOGIN.contains(state)) {
            return new SettingException("POSTGRES_USER, POSTGRES_PASSWORD", "are rejected by PostgreSQL");
        }
        String text = causes(failure).map(Throwable::getMessage).collect(Collectors.joining("\n"));
        if (NO_DATABASE.equals(state) || NO_DATABASE_IN_POOLER.matcher(text).find()) {
            return new SettingException("POSTGRES_DB", "names a database that does not exist");
        }
        if (INSUFFICIENT_PRIVILEGE.equals(state)) {
            return new SettingException("POSTGRES_USER", "names a role that lacks a permission: " + text(failure));
        }
        if (READ_ONLY.equals(state)) {
            return new SettingException(
                    "POSTGRES_HOST, POSTGRES_DB", "name a database that is read-only: " + text(failure));
        }
        Matcher parameter = PARAMETER.matcher(text);
        return parameter.find()
                ? new SettingException(
                        "POSTGRES_HOST",
                        "names a pooler that refuses the start-up parameter " + parameter.group(1)
                                + ": add it to ignore_startup_parameters there")
                : null;
    }

    private static @Nullable SettingException rejectedEncryption(Throwable failure) {
        String text = text(failure);
        if (WITHOUT_ENCRYPTION.matcher(text).find()) {
            return new SettingException(
                    "POSTGRES_SSLMODE",
                    "must be prefer or stronger: PostgreSQL does not accept this login without TLS");
        }
        if (WITHOUT_TLS.matcher(text).find()) {
            return new SettingException("POSTGRES_SSLMODE", "requires TLS, which PostgreSQL does not offer");
        }
        return hasCause(failure, SSLException.class)
                ? new SettingException(
                        "POSTGRES_SSLMODE, POSTGRES_SSLROOTCERT", "do not fit the certificate of PostgreSQL: " + text)
                : null;
    }

    static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        return causes(failure).anyMatch(type::isInstance);
    }

    private static Optional<String> sqlState(Throwable failure) {
        return causes(failure)
                .map(cause -> switch (cause) {
                    case SQLException e -> e.getSQLState();
                    case R2dbcException e -> e.getSqlState();
                    default -> null;
                })
                .filter(state -> state != null)
                .findFirst();
    }

    private static boolean isOfTheDatabase(Throwable cause) {
        return cause instanceof SQLException
                || cause instanceof R2dbcException
                || cause instanceof IOException
                || cause instanceof TimeoutException;
    }

    /** The driver's message if there is one, in one line. */
    static String text(Throwable failure) {
        Throwable reported = causes(failure)
                .filter(cause -> cause instanceof SQLException || cause instanceof R2dbcException)
                .findFirst()
                .orElse(failure);
        return String.valueOf(reported.getMessage()).lines().findFirst().orElse("");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
