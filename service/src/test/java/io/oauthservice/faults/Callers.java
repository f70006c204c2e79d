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

/** Programs that want the platform's token from all replicas, all the time, and look closely at what they get. */
final class Callers implements AutoCloseable {

    private static final int AT_EACH_REPLICA = 3;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Cluster cluster;
    private final Platform platform;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Asked> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private volatile boolean enough;

    Callers(Cluster cluster, Platform platform) {
        this.cluster = cluster;
        this.platform = platform;
        for (Replica replica : cluster.replicas()) {
            for (int i = 0; i < AT_EACH_REPLICA; i++) {
                threads.execute(() -> askAgainAndAgain(replica));
            }
        }
    }

    private void askAgainAndAgain(Replica replica) {
        try {
            while (!enough) {
                look(cluster.ask(replica, platform));
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            complaints.add(e.toString());
        }
    }

    private void look(Asked answer) {
        answers.add(answer);
        if (answer.isToken() && known.add(answer.fingerprint()) && !cluster.isLive(platform, answer.token())) {
            complaints.add("a dead token was handed out: " + answer);
        }
        if (answer.status() != 0 && !answer.isToken() && !isExcused(answer)) {
            complaints.add("an answer that helps nobody: " + answer);
        }
    }

    /** There is no token now, or never again without a person: both are said so. */
    private static boolean isExcused(Asked answer) {
        return answer.status() == 503 || answer.isReconnectRequired();
    }

    /** What was wrong with what they got: a dead token, an older one after a newer one, an unhelpful answer. */
    List<String> complaints() {
        List<String> all = new ArrayList<>(complaints);
        List<Asked> tokens = answers.stream().filter(Asked::isToken).toList();
        for (Asked later : tokens) {
            tokens.stream()
                    .filter(earlier -> earlier.until() < later.from() && earlier.version() > later.version())
                    .findFirst()
                    .ifPresent(earlier -> all.add("an older token after a newer one: " + later + ", " + earlier));
        }
        return all.stream().distinct().toList();
    }

    @Override
    public void close() {
        enough = true;
        threads.shutdownNow();
        threads.close();
    }
}
