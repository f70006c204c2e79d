package io.oauthservice.faults;

import io.oauthservice.SandboxControl;
import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A refresh to which something happens at one of its steps, and how the grant has come out of it. */
final class Refresh {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration IN_THE_END = Duration.ofSeconds(40);
    private static final int LONGEST_HESITATION_MILLIS = 300;
    private static final int LONGEST_FAULT_MILLIS = 1000;

    private final Cluster cluster;
    private final Platform platform;
    private final Replica victim;
    private final Row before;
    private final int callsBefore;

    Refresh(Cluster cluster, Platform platform, Replica victim) {
        this.cluster = cluster;
        this.platform = platform;
        this.victim = victim;
        this.before = now();
        this.callsBefore = provider().calls(platform.refresh).size();
    }

    /** The token expires, the victim comes to the step, the blow falls, callers everywhere ask throughout. */
    Outcome struck(RefreshStep step, Blow blow, RandomGenerator random) {
        boolean mayBeLost = platform.forgivesNothing() && step.mayLose(blow);
        expire();
        step.reach(this);
        List<String> complaints = new ArrayList<>();
        try (Callers callers = new Callers(cluster, platform)) {
            sleep(random.nextInt(LONGEST_HESITATION_MILLIS));
            blow.strike(victim, step.way(victim));
            if (blow.outlastsTheLease()) {
                othersHaveTakenOver();
            }
            sleep(random.nextInt(LONGEST_FAULT_MILLIS));
            blow.heal(victim, step.way(victim));
            complaints.addAll(comesToAnEnd(mayBeLost));
            complaints.addAll(callers.complaints());
        }
        if (calls() != step.calls(blow)) {
            complaints.add("calls: " + calls() + " in place of " + step.calls(blow));
        }
        return new Outcome(
                "refresh " + step, blow, platform, now().isActive() ? "kept" : "lost_reply", calls(), complaints);
    }

    /** Nothing is in the way: exactly one call, and the newest token everywhere. Proves the pair that is stored, too. */
    Outcome undisturbed() {
        expire();
        List<String> complaints = new ArrayList<>();
        try (Callers callers = new Callers(cluster, platform)) {
            complaints.addAll(comesToAnEnd(false));
            complaints.addAll(callers.complaints());
        }
        if (calls() != 1) {
            complaints.add("calls: " + calls() + " in place of 1");
        }
        return new Outcome("refresh", null, platform, now().isActive() ? "kept" : now().status(), calls(), complaints);
    }

    /** The old token is over, here and at the provider. */
    void expire() {
        cluster.agePast(platform);
        tables().expire(before);
    }

    /** The victim is asked, which begins the refresh. */
    void begin() {
        Thread.ofVirtual().start(() -> cluster.ask(victim, platform));
    }

    private void othersHaveTakenOver() {
        long until = System.nanoTime() + Cluster.LEASE.toNanos();
        await("the others take over", () -> System.nanoTime() > until && hasMovedOn(now()));
    }

    private boolean hasMovedOn(Row row) {
        return row.version() > before.version();
    }

    /** What is wrong with how it stands when everybody has been heard. */
    private List<String> comesToAnEnd(boolean mayBeLost) {
        List<String> wrong = new ArrayList<>();
        try {
            Awaitility.await("the newest token everywhere")
                    .atMost(IN_THE_END)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> everywhere() || (mayBeLost && isLostForGood()));
        } catch (ConditionTimeoutException never) {
            wrong.add("it came to no good end: " + now() + " " + answers());
        }
        return wrong;
    }

    private boolean everywhere() {
        Row row = now();
        return row.isActive() && hasMovedOn(row) && answers().stream().allMatch(answer -> isNewest(answer, row));
    }

    private boolean isNewest(Asked answer, Row row) {
        return answer.isToken()
                && answer.version() == row.version()
                && answer.fingerprint().equals(row.fingerprint())
                && cluster.isLive(platform, answer.token());
    }

    private boolean isLostForGood() {
        return now().isLostReply() && answers().stream().allMatch(Asked::isReconnectRequired);
    }

    private List<Asked> answers() {
        return cluster.replicas().stream()
                .map(replica -> cluster.ask(replica, platform))
                .toList();
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(SOON.plus(Cluster.LEASE))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    Tables tables() {
        return cluster.tables();
    }

    SandboxControl provider() {
        return cluster.at(platform);
    }

    Platform platform() {
        return platform;
    }

    Replica victim() {
        return victim;
    }

    Row before() {
        return before;
    }

    Row now() {
        return tables().installation(platform).orElseThrow();
    }

    /** How many refreshes the provider has seen since the token has expired. */
    int calls() {
        return provider().calls(platform.refresh).size() - callsBefore;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
