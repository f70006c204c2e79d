package io.oauthservice.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts of the service that are themselves what is tested: around it everything is as for a {@link ServiceTest}. */
public final class ServiceStart {

    private static final TestInfrastructure INFRASTRUCTURE = TestInfrastructure.get();

    private ServiceStart() {}

    /** Starts it; the settings, as {@code NAME=value}, win over those of a {@link ServiceTest}. */
    public static ConfigurableApplicationContext run(Class<?> application, String... settings) {
        SpringApplication service = new SpringApplicationBuilder(application)
                .initializers(new ServiceTestInitializer())
                .registerShutdownHook(false)
                .build();
        return service.run(
                Arrays.stream(settings).map(setting -> "--" + setting).toArray(String[]::new));
    }

    /** The port of the run's PostgreSQL, once it is up. */
    public static int postgresPort() {
        return INFRASTRUCTURE.postgres().port();
    }

    /** A database of its own in which somebody has already done this; answers its name. */
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

    /** As the service's own role; to be closed by the caller. */
    public static Connection connect(String database) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgresPort(), database);
        return DriverManager.getConnection(url, LocalPostgres.USER, LocalPostgres.PASSWORD);
    }
}
