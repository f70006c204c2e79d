package io.oauthservice.startup;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a feature checks in the database before this process uses it. Both methods are called at every start, before any
 * job or request runs, and may prevent the start with a {@link SettingException}.
 */
public interface MigrationCheck {

    /**
     * Before anything is changed: the schema may be older, or missing altogether, and another process may migrate it.
     */
    default void beforeMigration(Connection connection) throws SQLException {}

    /** The schema is this version's, and no other process migrates. */
    default void afterMigration(Connection connection) throws SQLException {}
}
