package io.oauthservice.startup;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import liquibase.ChecksumVersion;
import liquibase.Liquibase;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.ResourceAccessor;

/** The changelog as Liquibase itself reads and runs it. */
public final class Changelog {

    private static final String MASTER = "db/changelog/db.changelog-master.yaml";

    private final ResourceAccessor files;

    private Changelog(ResourceAccessor files) {
        this.files = files;
    }

    /** The service's own. */
    public static Changelog ofTheService() {
        return new Changelog(new ClassLoaderResourceAccessor());
    }

    /** Another one, below this directory and by the same path. */
    static Changelog in(Path directory) throws FileNotFoundException {
        return new Changelog(new DirectoryResourceAccessor(directory));
    }

    /** Liquibase closes the connection. */
    public void migrate(Connection connection) throws LiquibaseException {
        DatabaseFactory databases = DatabaseFactory.getInstance();
        try (Liquibase liquibase = new Liquibase(
                MASTER, files, databases.findCorrectDatabaseImplementation(new JdbcConnection(connection)))) {
            liquibase.update();
        }
    }

    /** The checksum of each changeset, by its id. */
    Map<String, String> checksums() throws LiquibaseException {
        return changeSets().stream()
                .collect(Collectors.toMap(
                        ChangeSet::getId,
                        changeSet -> changeSet
                                .generateCheckSum(ChecksumVersion.latest())
                                .toString(),
                        (one, other) -> {
                            throw new IllegalStateException("Two changesets have the same id");
                        },
                        TreeMap::new));
    }

    private List<ChangeSet> changeSets() throws LiquibaseException {
        DatabaseChangeLog changelog = ChangeLogParserFactory.getInstance()
                .getParser(MASTER, files)
                .parse(MASTER, new ChangeLogParameters(), files);
        return changelog.getChangeSets();
    }
}
