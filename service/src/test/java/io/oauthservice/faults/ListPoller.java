package io.oauthservice.faults;

import io.oauthservice.faults.ListClients.Scope;
import io.oauthservice.faults.ListHistory.Shown;
import io.oauthservice.faults.ListHistory.View;
import io.oauthservice.faults.PollConnection.Response;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/** Polls lists at all replicas in turn, with the ETags that any of them has sent last. */
final class ListPoller implements Runnable {

    static final List<String> PATHS = List.of(
            "/oauth/installations",
            "/oauth/installations?platform=slack",
            "/oauth/installations?platform=github",
            "/oauth/installations?status=all",
            "/oauth/installations?label=team:search",
            "/oauth/installations?limit=7",
            "/oauth/installations/summary");

    private static final List<String> CLIENTS = List.of("all", "wide", "narrow", "other", ListClients.CHANGING);

    private final Cluster cluster;
    private final ListHistory history;
    private final RandomGenerator random;
    private final Map<String, String> known;
    private final LongAdder requests = new LongAdder();
    private final LongAdder notModified = new LongAdder();
    private volatile boolean stopped;

    /** @param known the latest ETag of each client and path, shared by all that poll */
    ListPoller(Cluster cluster, ListHistory history, RandomGenerator random, ConcurrentHashMap<String, String> known) {
        this.cluster = cluster;
        this.history = history;
        this.random = random;
        this.known = known;
    }

    @Override
    public void run() {
        List<PollConnection> connections =
                cluster.replicas().stream().map(PollConnection::new).toList();
        try {
            for (int next = 0; !stopped; next = (next + 1) % connections.size()) {
                poll(connections.get(next));
            }
        } finally {
            connections.forEach(PollConnection::close);
        }
    }

    private void poll(PollConnection connection) {
        String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
        String path = PATHS.get(random.nextInt(PATHS.size()));
        String etag = known.get(client + path);
        Set<Scope> scopes = EnumSet.copyOf(cluster.listClients().scopes(client));
        long start = history.now();

        Response response = connection.get(path, client, etag);

        long end = history.now();
        scopes.addAll(cluster.listClients().scopes(client));
        history.check(new Shown(
                scopes.stream().map(scope -> new View(scope, path)).toList(),
                response.etag(),
                start,
                end,
                response.status() + " of " + connection.replica().url() + " to " + client));
        known.put(client + path, response.etag());
        requests.increment();
        if (response.isNotModified()) {
            notModified.increment();
        }
    }

    void stop() {
        stopped = true;
    }

    long requests() {
        return requests.sum();
    }

    long notModified() {
        return notModified.sum();
    }
}
