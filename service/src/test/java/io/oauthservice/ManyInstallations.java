package io.oauthservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.core.io.ClassPathResource;

/** Thousands of installations, as growth.sql describes them. */
public final class ManyInstallations {

    private ManyInstallations() {}

    /**
     * Inserts those of these numbers, and vacuums until PostgreSQL knows that all can see them: a job that runs at the
     * same moment may keep it from that.
     */
    public static void insert(Statement sql, int from, int to) throws SQLException {
        sql.execute(script().replace("FROM_NUMBER", "" + from).replace("TO_NUMBER", "" + to));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isVisibleToAll(sql));
    }

    private static boolean isVisibleToAll(Statement sql) throws SQLException {
        sql.execute("VACUUM (ANALYZE, INDEX_CLEANUP ON) oauth_installations, oauth_installation_orgs,"
                + " oauth_refresh_schedule, oauth_grant_reconciliations, oauth_outbox, oauth_revocations,"
                + " oauth_install_links");
        try (ResultSet found = sql.executeQuery("SELECT bool_and(relallvisible >= relpages - 5) FROM pg_class"
                + " WHERE relname IN ('oauth_installations', 'oauth_installation_orgs')")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static String script() {
        try {
            return new ClassPathResource("growth.sql").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
