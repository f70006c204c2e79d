package io.oauthservice.local;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.springframework.util.FileSystemUtils;

/**
 * One real Kafka broker with its KRaft controller, in this process, on 127.0.0.1. It creates no topic by itself, as in
 * production. It uses internal classes of Kafka: expect to change this file when Kafka's version changes.
 */
public final class LocalKafka implements AutoCloseable {

    // Any fixed id: the directory must have the same one at the next start.
    private static final String CLUSTER = "b2F1dGgtc2VydmljZS1sbw";

    private static final Map<String, String> ONE_SMALL_NODE = Map.ofEntries(
            entry("process.roles", "broker,controller"),
            entry("node.id", "1"),
            entry("controller.listener.names", "CONTROLLER"),
            entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            entry("auto.create.topics.enable", "false"),
            entry("default.replication.factor", "1"),
            entry("min.insync.replicas", "1"),
            entry("offsets.topic.replication.factor", "1"),
            entry("offsets.topic.num.partitions", "1"),
            entry("transaction.state.log.replication.factor", "1"),
            entry("transaction.state.log.min.isr", "1"),
            entry("transaction.state.log.num.partitions", "1"),
            entry("share.coordinator.state.topic.replication.factor", "1"),
            entry("share.coordinator.state.topic.min.isr", "1"),
            entry("share.coordinator.state.topic.num.partitions", "1"),
            entry("group.initial.rebalance.delay.ms", "0"),
            entry("log.cleaner.dedupe.buffer.size", "2097152"),
            // After a kill, the broker's old session must expire first: 12 s by default.
            entry("broker.session.timeout.ms", "2000"),
            entry("broker.heartbeat.interval.ms", "500"));

    private final int port;
    private final KafkaRaftServer server;
    private final Runnable afterwards;

    private LocalKafka(int port, KafkaRaftServer server, Runnable afterwards) {
        this.port = port;
        this.server = server;
        this.afterwards = afterwards;
    }

    /** Keeps its data in the directory, also when the process is killed. Fails with {@link StartRefusedException}. */
    public static LocalKafka persistent(Path directory, int port) {
        try {
            return start(directory, port, () -> {});
        } catch (Exception e) {
            throw new StartRefusedException(
                    "Kafka did not start on %s (%s): set OAUTH_LOCAL_RESET=true to start over".formatted(directory, e),
                    e);
        }
    }

    /** Deletes its data when closed. */
    public static LocalKafka temporary(int port) {
        try {
            Path directory = Files.createTempDirectory("oauth-service-kafka");
            return start(directory, port, () -> delete(directory));
        } catch (Exception e) {
            throw new IllegalStateException("Kafka did not start", e);
        }
    }

    private static LocalKafka start(Path directory, int port, Runnable afterwards) throws Exception {
        format(directory);
        KafkaConfig config = KafkaConfig.fromProps(properties(directory, port, Ports.free()), false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        server.startup();
        return new LocalKafka(port, server, afterwards);
    }

    private static void format(Path directory) throws Exception {
        Files.createDirectories(directory);
        new Formatter()
                .setNodeId(1)
                .setClusterId(CLUSTER)
                .setDirectories(List.of(directory.toString()))
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    private static Properties properties(Path directory, int port, int controllerPort) {
        Properties all = new Properties();
        all.putAll(ONE_SMALL_NODE);
        all.put("log.dirs", directory.toString());
        all.put("listeners", "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        return all;
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        afterwards.run();
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
