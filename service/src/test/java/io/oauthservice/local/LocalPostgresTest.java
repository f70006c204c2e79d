package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresTest {

    private static final String START_AND_DIE = """
            LocalPostgres.persistent(java.nio.file.Path.of(args[0]), Integer.parseInt(args[1])).createDatabase("mine");
            Runtime.getRuntime().halt(137);
            """;

    // One for all: the binaries are unpacked once.
    @TempDir
    private static Path parent;

    private Path directory;

    @BeforeEach
    void chooseDirectory(TestInfo test) {
        directory = parent.resolve(test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void stopServers() {
        LocalPostgres.stopLeftover(directory);
    }

    @Test
    void dataSurviveARestart() throws SQLException {
        int port = Ports.free();
        try (LocalPostgres postgres = LocalPostgres.persistent(directory, port)) {
            postgres.createDatabase("mine");
            query(port, "CREATE TABLE kept AS SELECT 42 AS answer");
        }

        try (LocalPostgres again = LocalPostgres.persistent(directory, port)) {
            again.createDatabase("mine");

            assertThat(query(port, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void aLeftoverServerIsStopped() throws Exception {
        int port = Ports.free();
        assertThat(ChildProgram.start(parent, START_AND_DIE, directory.toString(), "" + port)
                        .waitFor())
                .isEqualTo(137);
        assertThat(query(port, "SELECT current_database()")).as("still running").isEqualTo("mine");

        try (LocalPostgres ours = LocalPostgres.persistent(directory, port)) {
            assertThat(query(ours.port(), "SELECT current_database()")).isEqualTo("mine");
        }

        assertThat(directory.resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    void anotherProcessWithTheOldIdIsNotStopped() throws IOException, SQLException {
        int port = Ports.free();
        LocalPostgres.persistent(directory, port).close();
        Files.writeString(
                directory.resolve("data/postmaster.pid"),
                ProcessHandle.current().pid() + "\n");

        try (LocalPostgres postgres = LocalPostgres.persistent(directory, port)) {
            postgres.createDatabase("mine");

            assertThat(query(port, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void anInterruptedFirstStartIsRepeated() throws IOException {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/postgresql.conf"), "");

        LocalPostgres.persistent(directory, Ports.free()).close();

        assertThat(directory.resolve("data/PG_VERSION")).exists();
    }

    @Test
    void theUserMayCreateDatabases() throws SQLException {
        int port = Ports.free();
        try (LocalPostgres postgres = LocalPostgres.temporary(port)) {
            postgres.createDatabase("mine");

            assertThat(query(port, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("t");
        }
    }

    private static String query(int port, String sql) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/mine";
        try (Connection connection = DriverManager.getConnection(url, LocalPostgres.USER, LocalPostgres.PASSWORD);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
