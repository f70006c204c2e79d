package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients that request the platform's token from all replicas until they are closed, and check each response. */
final class Callers implements AutoCloseable {

    private static final int CALLERS_PER_REPLICA = 3;
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Cluster cluster;
    private final Platform platform;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<TokenResult> results = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> fingerprints = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    Callers(Cluster cluster, Platform platform) {
        this.cluster = cluster;
        this.platform = platform;
        for (Replica replica : cluster.replicas()) {
            for (int i = 0; i < CALLERS_PER_REPLICA; i++) {
                threads.execute(() -> requestTokens(replica));
            }
        }
    }

    private void requestTokens(Replica replica) {
        try {
            while (!stopped) {
                check(cluster.requestToken(replica, platform));
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
    }

    private void check(TokenResult result) {
        results.add(result);
        if (result.isToken() && fingerprints.add(result.fingerprint()) && !isAccepted(result)) {
            failures.add("invalid token returned: " + result);
        }
        if (result.status() != 0 && !result.isToken() && !isExpectedProblem(result)) {
            failures.add("unexpected response: " + result);
        }
    }

    private boolean isAccepted(TokenResult result) {
        return cluster.isAccepted(platform, result.token());
    }

    /** 503: there is no token at present. Reconnect required: there is none until a person reconnects. */
    private static boolean isExpectedProblem(TokenResult result) {
        return result.status() == 503 || result.isReconnectRequired();
    }

    /** Returned tokens that are invalid or older than one returned before, and unexpected responses. */
    List<String> failures() {
        List<String> all = new ArrayList<>(failures);
        List<TokenResult> tokens = results.stream().filter(TokenResult::isToken).toList();
        for (TokenResult later : tokens) {
            tokens.stream()
                    .filter(earlier -> earlier.receivedAt() < later.sentAt() && earlier.version() > later.version())
                    .findFirst()
                    .ifPresent(earlier -> all.add("older token after a newer one: " + later + ", " + earlier));
        }
        return all.stream().distinct().toList();
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
        threads.close();
    }
}
