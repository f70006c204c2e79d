package io.oauthservice.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * The settings of the laptop mode.
 *
 * @param postgresHost address of a running PostgreSQL; null: one is started
 * @param kafkaServers addresses of a running Kafka; null: one is started
 * @param isSet whether the user has set an environment variable
 */
record LaptopSettings(
        int port,
        int managementPort,
        int sandboxPort,
        int kafkaPort,
        int postgresPort,
        @Nullable String postgresHost,
        @Nullable String kafkaServers,
        Predicate<String> isSet,
        Path directory,
        boolean reset) {

    static final String DATABASE = "agent_system";

    /** Reads the settings from environment variables; fails with {@link StartRefusedException}. */
    static LaptopSettings from(Environment environment) {
        return new LaptopSettings(
                port(environment, "PORT", 8010),
                port(environment, "MANAGEMENT_PORT", 8018),
                port(environment, "SANDBOX_PORT", 8011),
                port(environment, "KAFKA_PORT", 9092),
                port(environment, "POSTGRES_PORT", 15432),
                text(environment, "POSTGRES_HOST"),
                text(environment, "KAFKA_BOOTSTRAP_SERVERS"),
                name -> text(environment, name) != null,
                LocalDirectory.chosenBy(environment),
                Boolean.parseBoolean(environment.getProperty("OAUTH_LOCAL_RESET")));
    }

    /** Whether the user has configured an app of their own instead of the sandbox's app with these settings. */
    boolean replaces(Map<String, String> app) {
        return app.keySet().stream().anyMatch(name -> !name.endsWith("_URL") && isSet.test(name));
    }

    private static int port(Environment environment, String name, int otherwise) {
        String text = text(environment, name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > 65535) {
            throw new StartRefusedException(name + "=" + text + " is not a port: set a number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable String text(Environment environment, String name) {
        String text = environment.getProperty(name, "").strip();
        return text.isEmpty() ? null : text;
    }

    /** The ports that the servers will use, by setting. */
    Map<String, Integer> ports() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("PORT", port);
        ports.put("MANAGEMENT_PORT", managementPort);
        ports.put("SANDBOX_PORT", sandboxPort);
        if (kafkaServers == null) {
            ports.put("KAFKA_PORT", kafkaPort);
        }
        if (postgresHost == null) {
            ports.put("POSTGRES_PORT", postgresPort);
        }
        return ports;
    }

    URI callbackBase() {
        return URI.create("http://127.0.0.1:" + port);
    }

    String bootstrap() {
        return kafkaServers == null ? "127.0.0.1:" + kafkaPort : kafkaServers;
    }
}
