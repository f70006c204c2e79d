package io.oauthservice.startup;

import static io.r2dbc.spi.ConnectionFactoryOptions.DATABASE;
import static io.r2dbc.spi.ConnectionFactoryOptions.HOST;
import static io.r2dbc.spi.ConnectionFactoryOptions.PORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.springframework.mock.env.MockEnvironment;

/** Both drivers understand the same variables in the same way. */
class PostgresUrlsTest {

    private final MockEnvironment environment = new MockEnvironment()
            .withProperty("oauth.database.port", "5432")
            .withProperty("oauth.database.direct-port", "5432");

    @ParameterizedTest
    @ValueSource(strings = {"db.example.com", "127.0.0.1", "::1", "[::1]", "2001:db8::5"})
    void hostsOfAllKindsAreAccepted(String host) {
        set("POSTGRES_HOST", host);

        String plain = host.replaceAll("[\\[\\]]", "");
        assertThat(jdbc().getProperty("PGHOST").replaceAll("[\\[\\]]", "")).isEqualTo(plain);
        assertThat(jdbc().getProperty("PGPORT")).isEqualTo("5432");
        assertThat(String.valueOf(r2dbc().getValue(HOST)).replaceAll("[\\[\\]]", ""))
                .isEqualTo(plain);
        assertThat(r2dbc().getValue(PORT)).isEqualTo(5432);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"agent_system", "a b", "a+b", "50%", "a%20b", "who?", "a&sslmode=disable", "a/b#c", "größe"})
    void databaseNamesAreEncoded(String name) {
        set("POSTGRES_HOST", "db");
        set("POSTGRES_DB", name);

        assertThat(jdbc().getProperty("PGDBNAME")).isEqualTo(name);
        assertThat(jdbc().getProperty("sslmode")).isEqualTo("prefer");
        assertThat(r2dbc().getValue(DATABASE)).isEqualTo(name);
    }

    @Test
    void modesThatAreUnknownOrLackTheCertificateAreRejected() {
        set("POSTGRES_HOST", "db");

        set("POSTGRES_SSLMODE", "on");
        assertThatThrownBy(this::jdbc)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("POSTGRES_SSLMODE must");
        set("POSTGRES_SSLMODE", "verify-full");
        assertThatThrownBy(this::r2dbc)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("POSTGRES_SSLROOTCERT is missing");
        set("POSTGRES_SSLROOTCERT", "/nowhere/ca.pem");
        assertThatThrownBy(this::r2dbc)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("POSTGRES_SSLROOTCERT names a file that cannot be read");
    }

    private void set(String name, String value) {
        environment.setProperty(name, value);
        if (name.equals("POSTGRES_HOST")) {
            environment.setProperty("oauth.database.direct-host", value);
        }
    }

    private Properties jdbc() {
        return Objects.requireNonNull(Driver.parseURL(url(PostgresUrls.JDBC), null));
    }

    private ConnectionFactoryOptions r2dbc() {
        return ConnectionFactoryOptions.parse(url(PostgresUrls.R2DBC));
    }

    private String url(String name) {
        return String.valueOf(new PostgresUrls(environment).getProperty(name));
    }
}
