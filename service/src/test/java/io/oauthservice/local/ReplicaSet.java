package io.oauthservice.local;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Several processes of the packaged jar on one database, one Kafka and one sandbox. Stopped when closed. */
public final class ReplicaSet implements AutoCloseable {

    private final TestInfrastructure infrastructure = TestInfrastructure.get();
    private final String database = infrastructure.newName("replicas");
    private final List<Replica> replicas = new ArrayList<>();
    private final Sandbox sandbox;

    private ReplicaSet(int firstPort) {
        infrastructure.stopWithTheProcess();
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:" + firstPort)));
        infrastructure.postgres().createDatabase(database);
        infrastructure.kafka();
    }

    /** Starts so many and waits until each can be called; browsers come back to the first. */
    public static ReplicaSet start(int count) {
        int firstPort = Ports.free();
        ReplicaSet set = new ReplicaSet(firstPort);
        try {
            // One after the other: the first makes the keyset and the tables.
            for (int i = 0; i < count; i++) {
                set.replicas.add(set.replica(i == 0 ? firstPort : Ports.free(), firstPort));
            }
            return set;
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    private Replica replica(int port, int firstPort) {
        LocalProperties properties = LocalProperties.ofService(port, Ports.free())
                .withPostgres(infrastructure.postgresPort(), database, infrastructure.file(database + "-keyset.json"))
                .withKafka(infrastructure.bootstrap())
                .withGitHub(sandbox.github(), infrastructure.file(database + "-github-app.pem"))
                .withJira(sandbox.atlassian())
                .withSlack(sandbox.slack())
                .withCallbackBase("http://127.0.0.1:" + firstPort);
        return Replica.start(port, properties, infrastructure.file(database + "-" + port + ".log"));
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
        return infrastructure.bootstrap();
    }

    /** Runs a statement in the replicas' database. */
    public void sql(String statement) {
        infrastructure.postgres().execute(database, statement);
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        sandbox.close();
    }
}
