package io.oauthservice.database;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The addresses of PostgreSQL.
 *
 * @param port the pool's port
 * @param directHost PostgreSQL itself, for the migration and for LISTEN, where the pool's connections go through
 *     a pooler in transaction mode; otherwise the pool's host
 * @param directPort PostgreSQL's port at the direct host
 * @param preparedStatements whether the pool's connections keep named prepared statements; null: if the direct address
 *     is the pool's
 */
@ConfigurationProperties("oauth.database")
record DatabaseProperties(
        String port,
        String directHost,
        String directPort,
        @Nullable Boolean preparedStatements) {

    private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");

    DatabaseProperties {
        directHost = Addresses.inUrl(directHost);
        requirePort("POSTGRES_PORT", port);
        requirePort("POSTGRES_DIRECT_PORT", directPort);
    }

    /** Kubernetes sets POSTGRES_PORT to a URL where a service is named postgres. */
    private static void requirePort(String setting, String port) {
        SettingException.require(
                PORT.matcher(port).matches() && Integer.parseInt(port) <= Addresses.MAX_PORT,
                setting,
                "must be a port number, and is " + port);
    }

    int directPortNumber() {
        return Integer.parseInt(directPort);
    }
}
