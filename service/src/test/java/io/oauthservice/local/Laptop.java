package io.oauthservice.local;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.control.RegisteredApp;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.MapPropertySource;

/**
 * The service's environment on one laptop: PostgreSQL, Kafka and the provider sandbox at fixed addresses, with data
 * that survive a restart. What {@link LaptopSettings} names as already running is not started.
 */
final class Laptop implements AutoCloseable {

    private final LaptopSettings settings;
    private final LocalDirectory directory;
    private final Sandbox sandbox;
    private final @Nullable BackgroundStart<LocalPostgres> postgres;
    private final @Nullable BackgroundStart<LocalKafka> kafka;

    private @Nullable EventPrinter events;

    private Laptop(LaptopSettings settings, LocalDirectory directory) {
        this.settings = settings;
        this.directory = directory;
        this.postgres = settings.postgresHost() == null ? BackgroundStart.start("postgres", this::startPostgres) : null;
        this.kafka = settings.kafkaServers() == null ? BackgroundStart.start("kafka", this::startKafka) : null;
        this.sandbox = startSandbox();
    }

    /** Checks ports and directory, then starts everything. Fails with {@link StartRefusedException}. */
    static Laptop start(LaptopSettings settings) {
        LocalDirectory directory = LocalDirectory.claim(settings.directory());
        LocalPostgres.stopLeftover(directory.resolve("postgres"));
        Ports.requireFree(settings.ports());
        if (settings.reset()) {
            directory.clear();
        }
        return new Laptop(settings, directory);
    }

    private LocalPostgres startPostgres() {
        LocalPostgres server = LocalPostgres.persistent(directory.resolve("postgres"), settings.postgresPort());
        server.createDatabase(LaptopSettings.DATABASE);
        return server;
    }

    private LocalKafka startKafka() {
        return LocalKafka.persistent(directory.resolve("kafka"), settings.kafkaPort());
    }

    private Sandbox startSandbox() {
        Path state = directory.resolve("sandbox.json");
        return Sandbox.start(new SandboxOptions(settings.sandboxPort(), state, settings.callbackBase(), true));
    }

    /** Waits until the servers that were started can be used. */
    void awaitServers() {
        if (postgres != null) {
            postgres.get();
        }
        if (kafka != null) {
            kafka.get();
        }
    }

    MapPropertySource properties() {
        LocalProperties properties = LocalProperties.ofService(settings.port(), settings.managementPort());
        if (postgres != null) {
            properties.withPostgres(settings.postgresPort(), LaptopSettings.DATABASE, directory.resolve("keyset.json"));
        }
        if (kafka != null) {
            properties.withKafka(settings.bootstrap());
        }
        for (RegisteredApp app : sandbox.apps()) {
            Map<String, String> environment = LocalProperties.environmentOf(app, directory.path());
            if (!settings.replaces(environment)) {
                properties.withAll(environment);
            }
        }
        return properties.asSource();
    }

    /** Prints all addresses, and from now on each published event. */
    void welcome() {
        System.out.println(WelcomeMessage.text(settings, sandbox.baseUrl()));
        events = EventPrinter.start(settings.bootstrap(), WelcomeMessage.TOPIC, System.out);
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
        sandbox.close();
        if (kafka != null) {
            kafka.stop();
        }
        if (postgres != null) {
            postgres.stop();
        }
        directory.close();
    }
}
