package io.oauthservice.faults;

import io.oauthservice.Browser.Page;
import io.oauthservice.local.Replica;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** An install flow with a fault at one of its steps, and the check of its outcome. */
final class InstallCase {

    /** The result, in progress, unknown state, failed. */
    private static final Set<Integer> RELOAD_STATUSES = Set.of(200, 202, 400, 503);

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration BROWSER_TIMEOUT = Duration.ofSeconds(25);
    private static final int MAX_DELAY_MILLIS = 300;
    private static final int MIN_FAULT_MILLIS = 500;
    private static final int MAX_FAULT_MILLIS = 5000;

    private final Cluster cluster;
    private final Platform platform;
    private final Replica affected;
    private final BrowserUser user;
    private final long statesBefore;
    private final CountDownLatch browserDone = new CountDownLatch(1);
    private @Nullable String callback;

    InstallCase(Cluster cluster, Platform platform, Replica affected) {
        this.cluster = cluster;
        this.platform = platform;
        this.affected = affected;
        this.user = new BrowserUser(cluster, platform);
        // An abandoned flow leaves its state for ten minutes.
        this.statesBefore = tables().countStates();
        cluster.routeBrowsersTo(affected);
    }

    /**
     * Injects the fault when the affected replica has reached the step. Afterwards the installation works, or the user
     * starts again and it works.
     */
    Outcome run(InstallStep step, ReplicaFault fault, RandomGenerator random) {
        step.reach(this);
        sleep(random.nextInt(MAX_DELAY_MILLIS));
        fault.inject(affected, step.proxy(affected));
        sleep(random.nextInt(MIN_FAULT_MILLIS, MAX_FAULT_MILLIS));
        fault.recover(affected, step.proxy(affected));
        awaitBrowser();
        List<String> failures = new ArrayList<>(checkConsistency());
        boolean installed = cluster.requestToken(otherReplica(), platform).isToken();
        if (step.isCommitted() && !installed) {
            failures.add("a committed installation is missing");
        }
        failures.addAll(checkReload());
        if (!installed) {
            user.connect();
        }
        failures.addAll(checkInstallation());
        String result = installed ? "installed" : "started again";
        return new Outcome("install " + step, fault, platform, result, exchanges(), failures);
    }

    /** Starts a flow in the user's browser, in the background. */
    void startFlow() {
        runInBackground(user::startFlow);
    }

    void consent() {
        callback = user.consent();
    }

    /** Follows the provider's redirect to the callback, in the background. */
    void openCallback() {
        runInBackground(() -> user.open(Objects.requireNonNull(callback)));
    }

    private void runInBackground(Callable<Page> navigation) {
        Thread.ofVirtual().start(() -> {
            try {
                navigation.call();
            } catch (UncheckedIOException noResponse) {
                // The user sees the browser's own error page.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                browserDone.countDown();
            }
        });
    }

    private void awaitBrowser() {
        try {
            if (!browserDone.await(BROWSER_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the browser has received no response");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> checkConsistency() {
        List<String> failures = new ArrayList<>(tables().findInconsistencies());
        cluster.provider(platform).violations().forEach(rule -> failures.add("provider's rule violated: " + rule));
        return failures;
    }

    /** A reload of the callback shows the result of its flow if that is known, and never redeems the code again. */
    private List<String> checkReload() {
        String url = callback;
        if (url == null) {
            return List.of();
        }
        int before = exchanges();
        cluster.routeBrowsersTo(otherReplica());
        int status = user.open(url).status();
        return RELOAD_STATUSES.contains(status) && exchanges() == before && before <= 1
                ? List.of()
                : List.of("callback reloaded: status " + status + ", " + exchanges() + " exchanges of the code");
    }

    /** Checks that every replica returns the stored token in the end, and that the provider accepts it. */
    private List<String> checkInstallation() {
        List<String> failures = new ArrayList<>(checkConsistency());
        try {
            await("the stored token from every replica", this::isUsable);
        } catch (ConditionTimeoutException e) {
            failures.add("the installation does not work: " + tables().findInstallation(platform));
        }
        return failures;
    }

    private boolean isUsable() {
        return cluster.replicas().stream().allMatch(this::returnsStoredToken);
    }

    private boolean returnsStoredToken(Replica replica) {
        TokenResult result = cluster.requestToken(replica, platform);
        InstallationRow row = tables().findInstallation(platform).orElseThrow();
        return result.isToken()
                && result.fingerprint().equals(row.fingerprint())
                && cluster.isAccepted(platform, result.token());
    }

    private int exchanges() {
        return cluster.provider(platform).calls("exchange").size();
    }

    private Replica otherReplica() {
        return cluster.replicas().stream()
                .filter(replica -> replica != affected)
                .findFirst()
                .orElseThrow();
    }

    boolean hasStoredState() {
        return tables().countStates() > statesBefore;
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    Tables tables() {
        return cluster.tables();
    }

    Platform platform() {
        return platform;
    }

    Replica affected() {
        return affected;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
