package io.oauthservice.database;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The ways to PostgreSQL.
 *
 * @param directHost PostgreSQL itself, for the migration and for {@code LISTEN}, where the pool's connections go through
 *     a pooler in transaction mode; otherwise the pool's host
 * @param directPort its port
 * @param preparedStatements whether the pool's connections keep named prepared statements; null: unless the direct
 *     address is another one
 */
@ConfigurationProperties("oauth.database")
record DatabaseProperties(
        String directHost, int directPort, @Nullable Boolean preparedStatements) {}
