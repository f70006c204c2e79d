package io.oauthservice.faults;

import io.oauthservice.EventStream;
import io.oauthservice.EventStream.Event;
import io.oauthservice.local.Replica;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client of the stream that keeps a copy of its list as {@code docs/api.md} describes it. It is disconnected at
 * random moments, and resumes at a random replica.
 */
final class StreamFollower implements Runnable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_CONNECTED_MILLIS = 2500;
    private static final int MAX_AWAY_MILLIS = 1500;
    private static final Duration RETRY = Duration.ofMillis(100);

    private final Cluster cluster;
    private final String client;
    private final String filter;
    private final RandomGenerator random;
    private final LongAdder connections = new LongAdder();
    private final LongAdder resets = new LongAdder();

    private Map<String, JsonNode> copy = new TreeMap<>();
    private @Nullable String lastId;
    private volatile boolean undisturbed;
    private volatile boolean stopped;

    /** @param filter the query, without the question mark */
    StreamFollower(Cluster cluster, String client, String filter, RandomGenerator random) {
        this.cluster = cluster;
        this.client = client;
        this.filter = filter;
        this.random = random;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                follow(anyReplica());
                Thread.sleep(undisturbed ? 0 : random.nextInt(MAX_AWAY_MILLIS));
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                throw new AssertionError(this + ": the stream cannot be opened", e);
            }
        }
    }

    private void follow(Replica replica) throws Exception {
        long until = System.nanoTime()
                + Duration.ofMillis(random.nextInt(MAX_CONNECTED_MILLIS)).toNanos();
        try (EventStream stream = new EventStream(replica.url(), "?" + filter, client, lastId)) {
            if (stream.status() != 200) {
                // It is not notified at the moment.
                Thread.sleep(RETRY);
                return;
            }
            connections.increment();
            while (!stopped && (undisturbed || System.nanoTime() < until)) {
                Event event = stream.next(RETRY);
                if (event != null && !apply(event, replica)) {
                    return;
                }
            }
        }
    }

    private boolean apply(Event event, Replica replica) {
        switch (event.name()) {
            case "ready" -> {
                if (lastId == null) {
                    readAgain(replica);
                }
            }
            case "reset" -> {
                resets.increment();
                readAgain(replica);
            }
            case "installation" -> put(JSON.readTree(event.data()));
            case "gone" -> remove(JSON.readTree(event.data()).path("id").asString());
            default -> {
                return false;
            }
        }
        lastId = event.id().isEmpty() ? lastId : event.id();
        return true;
    }

    /**
     * An access file reaches the replicas at different times: a client whose organisations change asks the same one.
     */
    private void readAgain(Replica replica) {
        setCopy(read(client.equals(ListClients.CHANGING) ? replica : anyReplica()));
    }

    private Replica anyReplica() {
        return cluster.replicas().get(random.nextInt(cluster.replicas().size()));
    }

    /** The list as the replica reads it in the database. */
    Map<String, JsonNode> read(Replica replica) {
        try (PollConnection connection = new PollConnection(replica)) {
            String body = connection
                    .getLatest("/oauth/installations?limit=500&status=all&" + filter, client)
                    .body();
            Map<String, JsonNode> list = new TreeMap<>();
            JSON.readTree(body).path("installations").forEach(one -> list.put(id(one), withoutUse(one)));
            return list;
        }
    }

    private synchronized void setCopy(Map<String, JsonNode> list) {
        copy = list;
    }

    private synchronized void put(JsonNode installation) {
        JsonNode before = copy.get(id(installation));
        if (before == null || updatedAt(before).compareTo(updatedAt(installation)) <= 0) {
            copy.put(id(installation), withoutUse(installation));
        }
    }

    private synchronized void remove(String id) {
        copy.remove(id);
    }

    synchronized Map<String, JsonNode> copy() {
        return new TreeMap<>(copy);
    }

    private static String id(JsonNode installation) {
        return installation.path("id").asString();
    }

    private static Instant updatedAt(JsonNode installation) {
        return Instant.parse(installation.path("updated_at").asString());
    }

    /** The stream does not report a last use by itself. */
    private static JsonNode withoutUse(JsonNode installation) {
        return ((ObjectNode) installation).remove(List.of("last_used_at", "last_used_by"));
    }

    /** From now on it stays connected. */
    void leaveUndisturbed() {
        undisturbed = true;
    }

    void stop() {
        stopped = true;
    }

    long connections() {
        return connections.sum();
    }

    long resets() {
        return resets.sum();
    }

    @Override
    public String toString() {
        return client + " ?" + filter;
    }
}
