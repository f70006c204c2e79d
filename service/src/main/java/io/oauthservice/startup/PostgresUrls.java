package io.oauthservice.startup;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.PropertySource;

/**
 * The database URLs of both drivers, built from the same variables {@code POSTGRES_…}. Hosts may be IPv6 addresses, and
 * names may contain any character.
 */
final class PostgresUrls extends PropertySource<Object> {

    static final String JDBC = "oauth.database.jdbc-url";
    static final String R2DBC = "oauth.database.r2dbc-url";

    private static final Set<String> MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private final PropertyResolver settings;

    PostgresUrls(PropertyResolver settings) {
        // The environment must not be the source itself: Spring Boot would search it for more sources without end.
        super("PostgreSQL addresses");
        this.settings = settings;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return switch (name) {
            case JDBC -> jdbc();
            case R2DBC -> r2dbc();
            default -> null;
        };
    }

    /** URL of PostgreSQL itself, for the migration. */
    private String jdbc() {
        String certificate = certificate();
        return "jdbc:postgresql://"
                + Addresses.inUrl(settings.getRequiredProperty("oauth.database.direct-host"))
                + ":" + settings.getRequiredProperty("oauth.database.direct-port")
                + "/" + database() + "?connectTimeout=3&loginTimeout=10&sslmode=" + mode()
                + (certificate.isEmpty() ? "" : "&sslrootcert=" + encode(certificate));
    }

    /** URL of PostgreSQL or a pooler, for everything else. */
    private String r2dbc() {
        String certificate = certificate();
        return "r2dbc:postgresql://" + Addresses.inUrl(setting("POSTGRES_HOST", "postgres")) + ":"
                + settings.getRequiredProperty("oauth.database.port") + "/" + database() + "?sslMode=" + mode()
                + (certificate.isEmpty() ? "" : "&sslRootCert=" + encode(certificate));
    }

    private String database() {
        return encode(setting("POSTGRES_DB", "agent_system"));
    }

    private String mode() {
        String mode = setting("POSTGRES_SSLMODE", "prefer");
        if (!MODES.contains(mode)) {
            throw new SettingException(
                    "POSTGRES_SSLMODE", "must be disable, prefer, require, verify-ca or verify-full");
        }
        if (mode.startsWith("verify") && certificate().isEmpty()) {
            throw new SettingException("POSTGRES_SSLROOTCERT", "is missing: " + mode + " needs it");
        }
        return mode;
    }

    private String certificate() {
        String file = setting("POSTGRES_SSLROOTCERT", "");
        if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
            throw new SettingException("POSTGRES_SSLROOTCERT", "names a file that cannot be read: " + file);
        }
        return file;
    }

    private String setting(String name, String preset) {
        String value = settings.getProperty(name, "");
        return value.isEmpty() ? preset : value;
    }

    /** Only one of the drivers decodes a plus sign as a space. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Adds the URLs to the environment. They are built when they are read, because settings may be added later. */
    static final class Registration implements EnvironmentPostProcessor {

        @Override
        public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
            environment.getPropertySources().addLast(new PostgresUrls(environment));
        }
    }
}
