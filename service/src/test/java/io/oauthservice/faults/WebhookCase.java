package io.oauthservice.faults;

import io.oauthservice.SandboxControl;
import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * An act at a provider, whose webhooks arrive in a random order while a fault occurs at one of their steps, and the
 * check of its outcome.
 */
final class WebhookCase {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final int MAX_DELAY_MILLIS = 300;
    private static final int MAX_FAULT_MILLIS = 1000;

    /** In one of so many cases, lost webhooks are not sent again. */
    private static final int RECONCILED_ONE_OF = 4;

    private final Cluster cluster;
    private final Platform platform;
    private final WebhookAct act;
    private final Replica affected;
    private final RandomGenerator random;
    private final Deliveries deliveries;
    private final boolean reconciled;

    WebhookCase(Cluster cluster, Platform platform, WebhookAct act, Replica affected, RandomGenerator random) {
        this.cluster = cluster;
        this.platform = platform;
        this.act = act;
        this.affected = affected;
        this.random = random;
        this.deliveries = new Deliveries(provider(), act.reports().size(), random);
        this.reconciled = random.nextInt(RECONCILED_ONE_OF) == 0 && platform == Platform.GITHUB;
    }

    /**
     * Injects the fault when the affected replica has reached the step. Afterwards the installation is as the provider
     * says, every delivery is processed, and each change is published once.
     */
    Outcome run(WebhookStep step, ReplicaFault fault) {
        cluster.routeBrowsersTo(affected);
        act.prepare(this);
        InstallationRow before = row();
        long storedBefore = tables().countWebhooks();
        int callsBefore = calls();
        act.perform(this);
        step.reach(this);
        sleep(random.nextInt(MAX_DELAY_MILLIS));
        fault.inject(affected, step.proxy(affected));
        List<String> failures = new ArrayList<>();
        if (fault.outlastsLease()) {
            cluster.routeBrowsersTo(otherReplicas().getFirst());
            failures.addAll(awaitState("another replica takes over"));
        }
        sleep(random.nextInt(MAX_FAULT_MILLIS));
        fault.recover(affected, step.proxy(affected));
        failures.addAll(awaitState("the provider's state"));
        failures.addAll(awaitAllProcessed());
        failures.addAll(awaitAnswers());
        failures.addAll(checkStored(storedBefore));
        failures.addAll(checkEvents(before));
        String result = act.name().toLowerCase(Locale.ROOT);
        return new Outcome("webhook " + step, fault, platform, result, calls() - callsBefore, failures);
    }

    private List<String> checkStored(long before) {
        long stored = tables().countWebhooks() - before;
        return stored >= deliveries.accepted()
                ? List.of()
                : List.of(deliveries.accepted() + " webhooks accepted, " + stored + " stored");
    }

    private List<String> checkEvents(InstallationRow before) {
        List<String> events = tables().changesAfter(before);
        return act.events().contains(events)
                ? List.of()
                : List.of("events: " + events + ", expected one of " + act.events() + "; order " + deliveries);
    }

    /** Sends the webhooks of the act in the background. */
    void send() {
        deliveries.start();
    }

    /** What the webhook reports that is sent first, as its row contains it. */
    String firstReport() {
        return act.reports().get(deliveries.first());
    }

    /** So that the affected replica processes what arrives. */
    void whileOthersPause(Runnable action) {
        otherReplicas().forEach(Replica::pause);
        try {
            action.run();
        } finally {
            otherReplicas().forEach(Replica::resume);
        }
    }

    /** What was not accepted is sent again until it is or, as if it never was, found in the provider's list. */
    private List<String> awaitState(String what) {
        deliveries.awaitSent();
        if (reconciled && deliveries.hasLost() && !act.isReached(row())) {
            tables().makeListDue(platform);
        }
        return await(what, POLL_INTERVAL, () -> {
            if (!reconciled && deliveries.hasLost()) {
                deliveries.sendLost();
            }
            tables().releaseWebhooksTakenBefore(Cluster.LEASE);
            return act.isReached(row());
        });
    }

    /** Without the pauses after an answer that contradicts a webhook. */
    private List<String> awaitAllProcessed() {
        return await("all deliveries are processed", POLL_INTERVAL, () -> {
            tables().endPausesOfWebhooks();
            tables().releaseWebhooksTakenBefore(Cluster.LEASE);
            return tables().countUnprocessedWebhooks() == 0;
        });
    }

    private List<String> awaitAnswers() {
        return await(
                "every replica answers as the provider",
                POLL_INTERVAL,
                () -> act.isReached(row()) && cluster.replicas().stream().allMatch(this::answersAsProvider));
    }

    private boolean answersAsProvider(Replica replica) {
        TokenResult result = cluster.requestToken(replica, platform);
        if (act.problem != null) {
            return result.isProblem(act.problem);
        }
        return result.isToken()
                && result.fingerprint().equals(row().fingerprint())
                && cluster.isAccepted(platform, result.token());
    }

    private List<String> await(String what, Duration interval, Callable<Boolean> condition) {
        try {
            Awaitility.await(what).atMost(RECOVERY_LIMIT).pollInterval(interval).until(condition);
            return List.of();
        } catch (ConditionTimeoutException e) {
            return List.of("not in time: " + what + ": " + act + " " + row() + " " + deliveries + " "
                    + tables().unprocessedWebhooks());
        }
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    private List<Replica> otherReplicas() {
        return cluster.replicas().stream()
                .filter(replica -> replica != affected)
                .toList();
    }

    Cluster cluster() {
        return cluster;
    }

    Platform platform() {
        return platform;
    }

    Replica affected() {
        return affected;
    }

    Tables tables() {
        return cluster.tables();
    }

    SandboxControl provider() {
        return cluster.provider(platform);
    }

    /** The current row. */
    InstallationRow row() {
        return tables().findInstallation(platform).orElseThrow();
    }

    /** How many requests about grants the provider has received. */
    private int calls() {
        return provider().calls("info").size()
                + provider().calls(platform.refreshOperation).size();
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
