package io.oauthservice.local;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;

/** Several processes of the packaged jar on one database, one Kafka and one sandbox. Stopped when closed. */
public final class ReplicaSet implements AutoCloseable {

    private final TestInfrastructure infrastructure = TestInfrastructure.get();
    private final String database = infrastructure.newName("replicas");
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();
    private final List<Detour> detours = new ArrayList<>();
    private final int publicPort = Ports.free();
    private final Map<String, ?> settings;
    private final String bootstrap;
    private final Sandbox sandbox;
    private @Nullable Detour door;

    private ReplicaSet(String bootstrap, Map<String, ?> settings) {
        this.bootstrap = bootstrap;
        this.settings = settings;
        infrastructure.stopWithTheProcess();
        // Whoever stops the run by hand leaves none behind, not even one that sleeps.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> replicas.forEach(Replica::kill), "replicas"));
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create(publicUrl())));
        infrastructure.postgres().createDatabase(database);
    }

    /** Starts so many and waits until each can be called; browsers come back to the first. */
    public static ReplicaSet start(int count) {
        return start(count, runsBroker());
    }

    /** The same with a broker of their own, which need not be up. */
    public static ReplicaSet start(int count, String bootstrap) {
        return start(count, bootstrap, Map.of());
    }

    /** The same with settings of one's own, by their names. */
    public static ReplicaSet start(int count, Map<String, ?> settings) {
        return start(count, runsBroker(), settings);
    }

    private static ReplicaSet start(int count, String bootstrap, Map<String, ?> settings) {
        ReplicaSet set = new ReplicaSet(bootstrap, settings);
        return set.started(count, i -> set.replica(i == 0 ? set.publicPort : Ports.free()));
    }

    /**
     * The same with settings of its own, and with detours: each replica's way to PostgreSQL and its way to the
     * providers, and a front door for browsers, which leads to the first replica until told otherwise.
     */
    public static ReplicaSet onDetours(int count, Map<String, ?> settings) {
        ReplicaSet set = new ReplicaSet(runsBroker(), settings);
        ReplicaSet started = set.started(count, i -> set.replicaOnDetours(Ports.free()));
        set.door = set.detour(set.publicPort, started.first().port());
        return started;
    }

    private static String runsBroker() {
        TestInfrastructure infrastructure = TestInfrastructure.get();
        infrastructure.kafka();
        return infrastructure.bootstrap();
    }

    /** Starts another in place of one that is dead, and waits until it can be called. */
    public void replace(Replica dead) {
        dead.close();
        replicas.remove(dead);
        Replica another = replica(Ports.free());
        replicas.add(another);
        another.awaitReady();
    }

    private ReplicaSet started(int count, IntFunction<Replica> launch) {
        try {
            // The first makes the keyset and the tables, alone.
            replicas.add(launch.apply(0));
            first().awaitReady();
            for (int i = 1; i < count; i++) {
                replicas.add(launch.apply(i));
            }
            replicas.forEach(Replica::awaitReady);
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Replica replica(int port) {
        LocalProperties properties = properties(port, infrastructure.postgresPort());
        return Replica.launch(port, properties, infrastructure.file(database + "-" + port + ".log"));
    }

    private Replica replicaOnDetours(int port) {
        Detour toDatabase = detour(0, infrastructure.postgresPort());
        Detour toProviders = detour(0, sandbox.baseUrl().getPort());
        LocalProperties properties = properties(port, toDatabase.port()).withSandboxAt(toProviders.port(), sandbox);
        return Replica.launch(
                port, properties, infrastructure.file(database + "-" + port + ".log"), toDatabase, toProviders);
    }

    private LocalProperties properties(int port, int postgresPort) {
        return LocalProperties.ofService(port, Ports.free())
                .withPostgres(postgresPort, database, infrastructure.file(database + "-keyset.json"))
                .withKafka(bootstrap)
                .withAppsOf(sandbox, infrastructure.file(database + "-keys"))
                .withCallbackBase(publicUrl())
                .withAll(settings);
    }

    private Detour detour(int port, int target) {
        Detour detour = Detour.open(port, target);
        detours.add(detour);
        return detour;
    }

    /** Where browsers begin and come back to. */
    public String publicUrl() {
        return "http://127.0.0.1:" + publicPort;
    }

    /** The front door, where there is one. */
    public Detour door() {
        return Objects.requireNonNull(door, "There is no front door: browsers come to the first replica");
    }

    public List<Replica> replicas() {
        return List.copyOf(replicas);
    }

    public Replica first() {
        return replicas.getFirst();
    }

    public Sandbox sandbox() {
        return sandbox;
    }

    public String bootstrap() {
        return bootstrap;
    }

    /** The replicas' database, by connections of one's own. */
    public DatabaseClient connect() {
        return DatabaseClient.create(ConnectionFactories.get(ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, "127.0.0.1")
                .option(ConnectionFactoryOptions.PORT, infrastructure.postgresPort())
                .option(ConnectionFactoryOptions.USER, LocalPostgres.USER)
                .option(ConnectionFactoryOptions.PASSWORD, LocalPostgres.PASSWORD)
                .option(ConnectionFactoryOptions.DATABASE, database)
                .build()));
    }

    /** Runs a statement in the replicas' database. */
    public void sql(String statement) {
        infrastructure.postgres().execute(database, statement);
    }

    /** A connection of its own to the replicas' database, by no detour. */
    public Connection connection() {
        return infrastructure.postgres().connect(database);
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        detours.forEach(ReplicaSet::close);
        sandbox.close();
    }

    private static void close(Detour detour) {
        try {
            detour.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
