package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.OAuthServiceApplication;
import io.oauthservice.local.ServiceStart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changeset that has landed is never edited: a database that has run it would refuse to start. */
class LandedChangesetsTest {

    private static final String CHANGELOG = "db/changelog/";
    private static final String FIRST_TEXTS = "db/first-texts/";

    /** Without the order of columns, which depends on the changesets that the database has run before. */
    private static final String SCHEMA = """
            SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,
                col_description(to_regclass(table_name), ordinal_position))
            FROM information_schema.columns WHERE table_name LIKE 'oauth%'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'oauth%'
            UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE conrelid::regclass::text LIKE 'oauth%'
            ORDER BY 1
            """;

    @TempDir
    private Path directory;

    @Test
    void noLandedChangesetHasChanged() throws Exception {
        Properties landed = new Properties();
        try (InputStream file = resource("landed-changesets.properties")) {
            landed.load(file);
        }

        assertThat(Changelog.ofTheService().checksums())
                .as("landed changesets; list a new one in landed-changesets.properties, never change a listed one")
                .containsExactlyInAnyOrderEntriesOf(
                        landed.stringPropertyNames().stream().collect(Collectors.toMap(id -> id, landed::getProperty)));
    }

    @Test
    void aDatabaseOfTheFirstTextsGetsTheSameSchema() throws Exception {
        String old = ServiceStart.database();
        String fresh = ServiceStart.database();
        firstChangelog().migrate(ServiceStart.connect(old));
        execute(old, """
                INSERT INTO oauth_installations (id, platform, grant_key, status, token_version, token_dead_at)
                VALUES (gen_random_uuid(), 'slack', 'dead', 'suspended', 7, now()),
                    (gen_random_uuid(), 'slack', 'good', 'suspended', 8, NULL)
                """);
        execute(old, """
                INSERT INTO oauth_installations (id, platform, grant_key, status, token_version, access_token_encrypted,
                    token_issued_at, token_expires_at, refresh_due_at)
                VALUES (gen_random_uuid(), 'slack', 'active', 'active', 1, 'tink:v1:unreadable', now(),
                    now() + interval '1 day', now() + interval '1 day')
                """);
        execute(old, """
                INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                SELECT id, platform, grant_key, 'Organisation ' || grant_key FROM oauth_installations
                """);

        ServiceStart.run(OAuthServiceApplication.class, "POSTGRES_DB=" + old).close();
        Changelog.ofTheService().migrate(ServiceStart.connect(fresh));

        assertThat(lines(old, SCHEMA)).isEqualTo(lines(fresh, SCHEMA)).isNotEmpty();
        assertThat(lines(old, "SELECT concat_ws(' ', grant_key, token_dead_version) FROM oauth_installations"))
                .containsExactlyInAnyOrder("dead 7", "good", "active");
        assertThat(lines(old, "SELECT concat_ws(' ', org_id, status, created_at IS NULL) FROM oauth_installation_orgs"))
                .containsExactlyInAnyOrder("dead suspended f", "good suspended f", "active active f");
        assertThat(lines(old, "SELECT count(due_at) || ' of ' || count(*) FROM oauth_refresh_schedule"))
                .containsExactly("1 of 1");
    }

    /** Everything up to 008, with the first texts of what was edited later. */
    private Changelog firstChangelog() throws Exception {
        Path changelog = Files.createDirectories(directory.resolve(CHANGELOG));
        List<String> master = new ArrayList<>(List.of("databaseChangeLog:"));
        for (String include : Files.readAllLines(file(CHANGELOG + "db.changelog-master.yaml"))) {
            if (include.matches(".*file: 00[1-8]-.*")) {
                master.add(include);
                String name = include.replaceAll(".*file: ([^,]+),.*", "$1");
                Files.copy(Files.exists(first(name)) ? first(name) : file(CHANGELOG + name), changelog.resolve(name));
            }
        }
        Files.write(changelog.resolve("db.changelog-master.yaml"), master);
        return Changelog.in(directory);
    }

    private static Path first(String name) throws Exception {
        return file(FIRST_TEXTS).resolve(name);
    }

    private static Path file(String name) throws Exception {
        return Path.of(Objects.requireNonNull(
                        LandedChangesetsTest.class.getClassLoader().getResource(name), name)
                .toURI());
    }

    private static InputStream resource(String name) throws IOException {
        return Objects.requireNonNull(
                        LandedChangesetsTest.class.getClassLoader().getResource("db/" + name), name)
                .openStream();
    }

    private static void execute(String database, String sql) throws SQLException {
        try (Connection connection = ServiceStart.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> lines(String database, String query) throws SQLException {
        try (Connection connection = ServiceStart.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return lines;
        }
    }
}
