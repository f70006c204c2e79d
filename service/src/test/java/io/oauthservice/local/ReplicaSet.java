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
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final int publicPort = Ports.free();
    private final Map<String, ?> settings;
    private final String bootstrap;
    private final Sandbox sandbox;
    private @Nullable TcpProxy publicProxy;

    private ReplicaSet(String bootstrap, Map<String, ?> settings) {
        this.bootstrap = bootstrap;
        this.settings = settings;
        infrastructure.stopWithTheProcess();
        // If the run is stopped by hand, no replica stays, not even a paused one.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> replicas.forEach(Replica::kill), "replicas"));
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create(publicUrl())));
        infrastructure.postgres().createDatabase(database);
    }

    /** Starts the replicas and waits until each is ready. Browsers return to the first. */
    public static ReplicaSet start(int count) {
        return start(count, runsBroker());
    }

    /** The same with their own broker, which need not be running. */
    public static ReplicaSet start(int count, String bootstrap) {
        return start(count, bootstrap, Map.of());
    }

    /** The same with more settings, by name. */
    public static ReplicaSet start(int count, Map<String, ?> settings) {
        return start(count, runsBroker(), settings);
    }

    private static ReplicaSet start(int count, String bootstrap, Map<String, ?> settings) {
        ReplicaSet set = new ReplicaSet(bootstrap, settings);
        return set.started(count, i -> set.replica(i == 0 ? set.publicPort : Ports.free()));
    }

    /**
     * The same with more settings, and with proxies: one between each replica and PostgreSQL, one between each replica
     * and the providers, and one for browsers, which forwards to the first replica until it is redirected.
     */
    public static ReplicaSet behindProxies(int count, Map<String, ?> settings) {
        ReplicaSet set = new ReplicaSet(runsBroker(), settings);
        ReplicaSet started = set.started(count, i -> set.proxiedReplica(Ports.free()));
        set.publicProxy = set.proxy(set.publicPort, started.first().port());
        return started;
    }

    private static String runsBroker() {
        TestInfrastructure infrastructure = TestInfrastructure.get();
        infrastructure.kafka();
        return infrastructure.bootstrap();
    }

    /** Replaces a replica that has ended by a new one, and waits until that is ready. */
    public void replace(Replica dead) {
        dead.close();
        replicas.remove(dead);
        Replica another = replica(Ports.free());
        replicas.add(another);
        another.awaitReady();
    }

    private ReplicaSet started(int count, IntFunction<Replica> launch) {
        try {
            // The first replica creates the keyset and the tables, before the others start.
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

    private Replica proxiedReplica(int port) {
        TcpProxy toDatabase = proxy(0, infrastructure.postgresPort());
        TcpProxy toProviders = proxy(0, sandbox.baseUrl().getPort());
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

    private TcpProxy proxy(int port, int target) {
        TcpProxy proxy = TcpProxy.open(port, target);
        proxies.add(proxy);
        return proxy;
    }

    /** The address that browsers use, also as the callback. */
    public String publicUrl() {
        return "http://127.0.0.1:" + publicPort;
    }

    /** The proxy for browsers. Fails if this set was started without proxies. */
    public TcpProxy publicProxy() {
        return Objects.requireNonNull(publicProxy, "Started without proxies");
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

    /** The replicas' database, by new connections. */
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

    /** A connection to the replicas' database without a proxy. */
    public Connection connection() {
        return infrastructure.postgres().connect(database);
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        proxies.forEach(ReplicaSet::close);
        sandbox.close();
    }

    private static void close(TcpProxy proxy) {
        try {
            proxy.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
