package io.oauthservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import org.springframework.core.io.ClassPathResource;

/** Thousands of installations, as growth.sql describes them. */
public final class ManyInstallations {

    private ManyInstallations() {}

    /** Inserts those of these numbers and brings PostgreSQL's statistics up to date. */
    public static void insert(Statement sql, int from, int to) throws SQLException {
        sql.execute(script().replace("FROM_NUMBER", "" + from).replace("TO_NUMBER", "" + to));
        sql.execute("VACUUM ANALYZE");
    }

    private static String script() {
        try {
            return new ClassPathResource("growth.sql").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
