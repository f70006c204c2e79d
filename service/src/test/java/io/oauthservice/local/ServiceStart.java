package io.oauthservice.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the service for tests of the start itself, with the environment of a {@link ServiceTest}. */
public final class ServiceStart {

    private static final TestInfrastructure INFRASTRUCTURE = TestInfrastructure.get();

    private ServiceStart() {}

    /** Starts it. The settings, as {@code NAME=value}, override those of a {@link ServiceTest}. */
    public static ConfigurableApplicationContext run(Class<?> application, String... settings) {
        SpringApplication service = new SpringApplicationBuilder(application)
                .initializers(new ServiceTestInitializer())
                .registerShutdownHook(false)
                .build();
        return service.run(
                Arrays.stream(settings).map(setting -> "--" + setting).toArray(String[]::new));
    }

    /** The port of the run's PostgreSQL; waits until it is ready. */
    public static int postgresPort() {
        return INFRASTRUCTURE.postgres().port();
    }

    /** Creates a database and executes the statements in it. Returns its name. */
    public static String database(String... done) throws SQLException {
        String name = INFRASTRUCTURE.newName("start");
        INFRASTRUCTURE.postgres().createDatabase(name);
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement()) {
            for (String sql : done) {
                statement.execute(sql);
            }
        }
        return name;
    }

    /** A connection as the service's role; the caller closes it. */
    public static Connection connect(String database) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgresPort(), database);
        return DriverManager.getConnection(url, LocalPostgres.USER, LocalPostgres.PASSWORD);
    }
}
