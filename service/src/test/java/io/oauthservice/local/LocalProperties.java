package io.oauthservice.local;

import io.oauthservice.core.Secret;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.control.RegisteredApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** The service's settings for local servers, by the names of its environment variables if it has them. */
public final class LocalProperties {

    /** The API key of the client {@code local-dev}, which holds every permission. */
    public static final String API_KEY = "local-dev-key";

    private final Map<String, Object> values = new LinkedHashMap<>();

    private LocalProperties() {}

    static LocalProperties ofService(int port, int managementPort) {
        return new LocalProperties()
                .with("PORT", port)
                .with("MANAGEMENT_PORT", managementPort)
                .with("OAUTH_CALLBACK_BASE", "http://127.0.0.1:" + port)
                .with("server.address", "127.0.0.1")
                .with("management.server.address", "127.0.0.1")
                // Do not use the key service of the developer's environment.
                .with("VAULT_ADDR", "")
                .with("oauth.install.open", true)
                .with(
                        "oauth.access.clients.local-dev.key-sha256",
                        Secret.of(API_KEY).sha256())
                .with("oauth.access.clients.local-dev.permissions", "*")
                .with("oauth.dashboard.prefilled-key", API_KEY);
    }

    /** The keyset belongs to the database: its ciphertexts cannot be decrypted without it. */
    LocalProperties withPostgres(int port, String database, Path keyset) {
        return with("POSTGRES_HOST", "127.0.0.1")
                .with("POSTGRES_PORT", port)
                .with("POSTGRES_USER", LocalPostgres.USER)
                .with("POSTGRES_PASSWORD", LocalPostgres.PASSWORD)
                .with("POSTGRES_DB", database)
                .with("OAUTH_KEYSET_PATH", keyset);
    }

    LocalProperties withKafka(String bootstrap) {
        return with("KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    }

    /** Every app of the sandbox. Their private keys are written to the directory. */
    LocalProperties withAppsOf(Sandbox sandbox, Path keys) {
        sandbox.apps().forEach(app -> withAll(environmentOf(app, keys)));
        return this;
    }

    static Map<String, String> environmentOf(RegisteredApp app, Path keys) {
        try {
            return app.environment(Files.createDirectories(keys));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The callback's base address, if browsers return to another address. */
    LocalProperties withCallbackBase(String base) {
        return with("OAUTH_CALLBACK_BASE", base);
    }

    /** Replaces the sandbox's port in every address of a provider. */
    LocalProperties withSandboxAt(int port, Sandbox sandbox) {
        String base = sandbox.baseUrl() + "/";
        values.replaceAll((name, value) -> value.toString().startsWith(base)
                ? "http://127.0.0.1:" + port + value.toString().substring(base.length() - 1)
                : value);
        return this;
    }

    /** Adds or replaces settings, by name. */
    LocalProperties withAll(Map<String, ?> settings) {
        settings.forEach(this::with);
        return this;
    }

    LocalProperties with(String name, Object value) {
        values.put(name, value.toString());
        return this;
    }

    /** As the environment of a process: properties without an environment variable are passed as JSON. */
    public Map<String, String> asEnvironment() {
        Map<String, String> environment = new LinkedHashMap<>();
        Map<String, Object> properties = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.equals(name.toUpperCase(Locale.ROOT))) {
                environment.put(name, value.toString());
            } else {
                properties.put(name, value);
            }
        });
        environment.put("SPRING_APPLICATION_JSON", JsonMapper.shared().writeValueAsString(properties));
        return environment;
    }

    MapPropertySource asSource() {
        return new MapPropertySource("local", values);
    }
}
