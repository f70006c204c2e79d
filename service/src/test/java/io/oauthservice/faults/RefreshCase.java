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

/** A refresh with a fault at one of its steps, or without one, and the check of its outcome. */
final class RefreshCase {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(40);
    private static final int MAX_DELAY_MILLIS = 300;
    private static final int MAX_FAULT_MILLIS = 1000;

    private final Cluster cluster;
    private final Platform platform;
    private final Replica affected;
    private final InstallationRow rowBefore;
    private final int callsBefore;

    RefreshCase(Cluster cluster, Platform platform, Replica affected) {
        this.cluster = cluster;
        this.platform = platform;
        this.affected = affected;
        this.rowBefore = row();
        this.callsBefore = provider().calls(platform.refreshOperation).size();
    }

    /**
     * Expires the token and injects the fault when the affected replica has reached the step. Callers request the token
     * from all replicas throughout.
     */
    Outcome run(RefreshStep step, ReplicaFault fault, RandomGenerator random) {
        boolean mayBeLost = platform.hasNoReuseInterval() && step.mayLoseTokens(fault);
        expireToken();
        step.reach(this);
        List<String> failures = new ArrayList<>();
        try (Callers callers = new Callers(cluster, platform)) {
            sleep(random.nextInt(MAX_DELAY_MILLIS));
            fault.inject(affected, step.proxy(affected));
            if (fault.outlastsLease()) {
                awaitTakeover();
            }
            sleep(random.nextInt(MAX_FAULT_MILLIS));
            fault.recover(affected, step.proxy(affected));
            failures.addAll(awaitOutcome(mayBeLost));
            failures.addAll(callers.failures());
        }
        if (calls() != step.expectedCalls(fault)) {
            failures.add("calls: " + calls() + ", expected " + step.expectedCalls(fault));
        }
        return new Outcome(
                "refresh " + step, fault, platform, row().isActive() ? "kept" : "lost_reply", calls(), failures);
    }

    /** Expects exactly one call, and the newest token from every replica. This also verifies the stored pair. */
    Outcome runWithoutFault() {
        expireToken();
        List<String> failures = new ArrayList<>();
        try (Callers callers = new Callers(cluster, platform)) {
            failures.addAll(awaitOutcome(false));
            failures.addAll(callers.failures());
        }
        if (calls() != 1) {
            failures.add("calls: " + calls() + ", expected 1");
        }
        return new Outcome("refresh", null, platform, row().isActive() ? "kept" : row().status(), calls(), failures);
    }

    /** Expires the current token, here and at the provider. */
    void expireToken() {
        cluster.expireIssuedTokens(platform);
        tables().expireToken(rowBefore);
    }

    /** Starts the refresh by a token request to the affected replica, in the background. */
    void start() {
        Thread.ofVirtual().start(() -> cluster.requestToken(affected, platform));
    }

    private void awaitTakeover() {
        long until = System.nanoTime() + Cluster.LEASE.toNanos();
        await("another replica takes over", () -> System.nanoTime() > until && hasNewToken(row()));
    }

    private boolean hasNewToken(InstallationRow row) {
        return row.version() > rowBefore.version();
    }

    /** Waits until all replicas return the newest token or, if that is allowed, until the grant is lost. */
    private List<String> awaitOutcome(boolean mayBeLost) {
        List<String> failures = new ArrayList<>();
        try {
            Awaitility.await("the newest token from every replica")
                    .atMost(RECOVERY_LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> isRefreshed() || (mayBeLost && isLost()));
        } catch (ConditionTimeoutException e) {
            failures.add("not every replica returns the newest token: " + row() + " " + requestTokens());
        }
        return failures;
    }

    private boolean isRefreshed() {
        InstallationRow row = row();
        return row.isActive() && hasNewToken(row) && requestTokens().stream().allMatch(result -> isNewest(result, row));
    }

    private boolean isNewest(TokenResult result, InstallationRow row) {
        return result.isToken()
                && result.version() == row.version()
                && result.fingerprint().equals(row.fingerprint())
                && cluster.isAccepted(platform, result.token());
    }

    private boolean isLost() {
        return row().isLostReply() && requestTokens().stream().allMatch(TokenResult::isReconnectRequired);
    }

    /** One token request to each replica. */
    private List<TokenResult> requestTokens() {
        return cluster.replicas().stream()
                .map(replica -> cluster.requestToken(replica, platform))
                .toList();
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(LIMIT.plus(Cluster.LEASE))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    Tables tables() {
        return cluster.tables();
    }

    SandboxControl provider() {
        return cluster.provider(platform);
    }

    Platform platform() {
        return platform;
    }

    Replica affected() {
        return affected;
    }

    /** The row before the refresh. */
    InstallationRow rowBefore() {
        return rowBefore;
    }

    /** The current row. */
    InstallationRow row() {
        return tables().findInstallation(platform).orElseThrow();
    }

    /** How many refreshes the provider has received in this case. */
    int calls() {
        return provider().calls(platform.refreshOperation).size() - callsBefore;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
