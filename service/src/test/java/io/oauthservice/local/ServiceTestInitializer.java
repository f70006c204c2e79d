package io.oauthservice.local;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import java.net.URI;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Gives a context its own port, database and sandbox, and the run's PostgreSQL and Kafka. */
final class ServiceTestInitializer implements ApplicationContextInitializer<GenericApplicationContext> {

    private final TestInfrastructure infrastructure = TestInfrastructure.get();

    @Override
    public void initialize(GenericApplicationContext context) {
        // Chosen before the start, because the sandbox accepts only registered redirect URIs.
        int port = Ports.free();
        Sandbox sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:" + port)));
        String database = infrastructure.newName("service");
        context.registerBean(Sandbox.class, () -> sandbox);
        // The test's own properties have priority over these, and these over the environment variables of the machine.
        context.getEnvironment()
                .getPropertySources()
                .addBefore(
                        StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
                        properties(port, database, sandbox));
        context.getBeanFactory().addBeanPostProcessor(new FastNettyShutdown());
        context.addBeanFactoryPostProcessor(beans -> await(database));
    }

    private MapPropertySource properties(int port, String database, Sandbox sandbox) {
        return LocalProperties.ofService(port, 0)
                .withPostgres(infrastructure.postgresPort(), database, infrastructure.file(database + "-keyset.json"))
                .withKafka(infrastructure.bootstrap())
                .withAppsOf(sandbox, infrastructure.file(database + "-keys"))
                // An unused context that stays in the cache keeps no connections.
                .with("spring.r2dbc.pool.initial-size", 0)
                .with("spring.r2dbc.pool.max-idle-time", "15s")
                .asSource();
    }

    private void await(String database) {
        infrastructure.postgres().createDatabase(database);
        infrastructure.kafka();
    }
}
