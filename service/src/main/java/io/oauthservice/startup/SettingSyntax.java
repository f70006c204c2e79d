package io.oauthservice.startup;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Rejects invalid ports, switches and broker addresses before anything starts: Spring would name its own property,
 * and the Kafka client would retry without end. Also rejects leading and trailing whitespace in every environment
 * variable that {@code application.yml} names, such as the line break of {@code echo secret | base64}: the secret
 * would be wrong, and the provider's error would not say why.
 */
final class SettingSyntax implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final Pattern VARIABLES = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+)[:}]");
    private static final Pattern SWITCHES = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]+):(?:true|false)}");

    /** Empty means that it depends on the database's address. */
    private static final String PREPARED_STATEMENTS = "POSTGRES_PREPARED_STATEMENTS";

    private static final Pattern SWITCH = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);

    /** As the Kafka client reads it. */
    private static final Pattern BROKER = Pattern.compile("([0-9a-zA-Z%._-]*://)?\\[?[0-9a-zA-Z%._:-]+]?:(\\d{1,5})");

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 2;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        ConfigurableEnvironment environment = event.getEnvironment();
        requirePort(environment, "PORT");
        requirePort(environment, "MANAGEMENT_PORT");
        requireTwoPorts(environment);
        DeclaredVariables.of(environment, SWITCHES).forEach(name -> requireSwitch(environment, name));
        if (!"".equals(environment.getProperty(PREPARED_STATEMENTS))) {
            requireSwitch(environment, PREPARED_STATEMENTS);
        }
        requireBrokers(environment);
        DeclaredVariables.of(environment, VARIABLES).forEach(name -> requireStripped(environment, name));
    }

    private static void requirePort(Environment environment, String name) {
        String value = environment.getProperty(name);
        if (value != null && !isPort(value)) {
            throw new SettingException(name, "must be a port number, and is " + describe(value));
        }
    }

    private static boolean isPort(String value) {
        return value.matches("\\d{1,5}") && Integer.parseInt(value) <= Addresses.MAX_PORT;
    }

    private static void requireTwoPorts(Environment environment) {
        String port = environment.getProperty("server.port");
        if (port != null && !port.equals("0") && port.equals(environment.getProperty("management.server.port"))) {
            throw new SettingException("MANAGEMENT_PORT", "must not be PORT, because its endpoints need no key");
        }
    }

    private static void requireSwitch(Environment environment, String name) {
        String value = environment.getProperty(name);
        if (value != null && !SWITCH.matcher(value).matches()) {
            throw new SettingException(name, "must be true or false, and is " + describe(value));
        }
    }

    private static void requireBrokers(Environment environment) {
        String servers = environment.getProperty("KAFKA_BOOTSTRAP_SERVERS");
        if (servers == null) {
            return;
        }
        for (String server : servers.split(",", -1)) {
            Matcher broker = BROKER.matcher(server.strip());
            if (!broker.matches() || !isPort(broker.group(2))) {
                throw new SettingException(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "must be addresses such as kafka:9092, separated by commas, and is " + describe(servers));
            }
        }
    }

    private static void requireStripped(Environment environment, String name) {
        String value = environment.getProperty(name);
        if (value != null && !value.equals(value.strip())) {
            throw new SettingException(name, "begins or ends with a space or a line break");
        }
    }

    private static String describe(String value) {
        return value.isEmpty() ? "empty" : value;
    }
}
