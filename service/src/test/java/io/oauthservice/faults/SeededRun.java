package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sequence of cases that a seed determines: an organisation on each platform is connected during a fault, then a
 * fault occurs at each step of a refresh, and at each step of a webhook.
 */
final class SeededRun {

    private static final Logger log = LoggerFactory.getLogger(SeededRun.class);

    private final Cluster cluster;
    private final SplittableRandom random;
    private final List<Platform> platforms;
    private final List<Outcome> outcomes = new ArrayList<>();

    SeededRun(Cluster cluster, long seed) {
        this.cluster = cluster;
        // Consecutive seeds give unrelated sequences. With java.util.Random they would begin alike.
        this.random = new SplittableRandom(seed);
        this.platforms = Platform.variants().stream().map(this::randomVariant).toList();
    }

    List<Outcome> run() {
        cluster.reset();
        platforms.forEach(platform -> platform.configure(cluster.provider(platform)));
        connectAll();
        refreshAtEveryStep();
        webhookAtEveryStep();
        checkedPlatforms().forEach(this::checkEvents);
        checkSecrets();
        return outcomes;
    }

    private void connectAll() {
        List<ReplicaFault> faults = randomFaults(platforms.size());
        for (Platform platform : shuffledCopy(platforms)) {
            connect(randomElement(InstallStep.values()), faults.removeFirst(), platform);
        }
    }

    private void refreshAtEveryStep() {
        List<RefreshStep> steps = shuffledCopy(List.of(RefreshStep.values()));
        List<ReplicaFault> faults = randomFaults(steps.size());
        List<Platform> queue = shuffledCopy(platforms);
        for (RefreshStep step : steps) {
            Platform platform = queue.removeFirst();
            queue.addLast(platform);
            refresh(step, faults.removeFirst(), platform);
        }
    }

    /** At least one act at Slack. All is drawn last, so that webhooks do not change the cases before. */
    private void webhookAtEveryStep() {
        List<WebhookStep> steps = shuffledCopy(List.of(WebhookStep.values()));
        List<ReplicaFault> faults = randomFaults(steps.size());
        WebhookAct atSlack = randomElement(WebhookAct.REMOVE_APP, WebhookAct.REVOKE_BOT);
        List<WebhookAct> acts = shuffledCopy(List.of(WebhookAct.values()));
        acts.remove(atSlack);
        acts.addFirst(atSlack);
        for (WebhookStep step : steps) {
            receive(acts.removeFirst(), step, faults.removeFirst());
        }
    }

    /** At least as many as requested. Each fault occurs once before any occurs again. */
    private List<ReplicaFault> randomFaults(int count) {
        List<ReplicaFault> faults = new ArrayList<>();
        while (faults.size() < count) {
            faults.addAll(shuffledCopy(List.of(ReplicaFault.values())));
        }
        return faults;
    }

    private void connect(InstallStep step, ReplicaFault fault, Platform platform) {
        InstallCase install = new InstallCase(cluster, platform, randomReplica());
        RandomGenerator caseRandom = random.split();
        runCase("install " + step, fault, platform, () -> install.run(step, fault, caseRandom));
        if (!isActive(platform)) {
            reconnect(platform);
        }
    }

    private void refresh(RefreshStep step, ReplicaFault fault, Platform platform) {
        Replica affected = randomReplica();
        RandomGenerator caseRandom = random.split();
        Supplier<RefreshCase> refresh = () -> new RefreshCase(cluster, platform, affected);
        runCase("refresh " + step, fault, platform, () -> refresh.get().run(step, fault, caseRandom));
        if (!isActive(platform)) {
            reconnect(platform);
        }
        runCase("refresh", null, platform, () -> refresh.get().runWithoutFault());
    }

    private void receive(WebhookAct act, WebhookStep step, ReplicaFault fault) {
        Platform platform = variantOf(act.platform);
        Replica affected = randomReplica();
        RandomGenerator caseRandom = random.split();
        runCase(
                "webhook " + step,
                fault,
                platform,
                () -> new WebhookCase(cluster, platform, act, affected, caseRandom).run(step, fault));
        if (!isActive(platform) || !outcomes.getLast().isAsExpected()) {
            endSuspension(platform);
            reconnect(platform);
        }
    }

    /** Of Slack, that of the seed. A flow at GitHub creates both grants. */
    private Platform variantOf(Platform any) {
        return any.id.equals(Platform.GITHUB.id)
                ? any
                : platforms.stream()
                        .filter(each -> each.id.equals(any.id))
                        .findFirst()
                        .orElseThrow();
    }

    private void endSuspension(Platform platform) {
        cluster.tables()
                .findInstallation(platform)
                .filter(row -> row.status().equals("suspended"))
                .ifPresent(row -> cluster.gitHub().unsuspend(row.requireExternalId()));
    }

    /** A case that cannot be completed is a failure. The run continues with the next case. */
    private void runCase(String step, @Nullable ReplicaFault fault, Platform platform, Supplier<Outcome> testCase) {
        long start = System.nanoTime();
        Outcome outcome = outcome(testCase, step, fault, platform);
        outcomes.add(outcome);
        cluster.recover();
        log.info(
                "{}, {} s", outcome, Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }

    private static Outcome outcome(
            Supplier<Outcome> testCase, String step, @Nullable ReplicaFault fault, Platform platform) {
        try {
            return testCase.get();
        } catch (RuntimeException | AssertionError e) {
            return new Outcome(step, fault, platform, "aborted", 0, List.of(String.valueOf(e.getMessage())));
        }
    }

    private boolean isActive(Platform platform) {
        return cluster.tables()
                .findInstallation(platform)
                .filter(InstallationRow::isActive)
                .isPresent();
    }

    /** Draws no random number, so that the outcome of a case does not change the cases after it. */
    private void reconnect(Platform platform) {
        cluster.routeBrowsersTo(cluster.replicas().getFirst());
        new BrowserUser(cluster, platform).connect();
    }

    private Set<Platform> checkedPlatforms() {
        Set<Platform> all = new LinkedHashSet<>(platforms);
        all.add(Platform.GITHUB);
        all.add(Platform.GITHUB_USER);
        return all;
    }

    private void checkEvents(Platform platform) {
        InstallationRow row = cluster.tables().findInstallation(platform).orElseThrow();
        PublishedEvents.await(cluster.bootstrap(), row).failures().forEach(failure -> addFailure(platform, failure));
    }

    private void checkSecrets() {
        cluster.findLeaks().forEach(leak -> addFailure(platforms.getFirst(), leak));
    }

    private void addFailure(Platform platform, String failure) {
        outcomes.add(new Outcome("final check", null, platform, "failed", 0, List.of(failure)));
    }

    private Replica randomReplica() {
        return cluster.replicas().get(random.nextInt(cluster.replicas().size()));
    }

    /** Draws no random number for a platform with only one variant. */
    private Platform randomVariant(List<Platform> variants) {
        return variants.size() == 1 ? variants.getFirst() : variants.get(random.nextInt(variants.size()));
    }

    @SafeVarargs
    private final <T> T randomElement(T... all) {
        return all[random.nextInt(all.length)];
    }

    private <T> List<T> shuffledCopy(List<T> all) {
        List<T> copy = new ArrayList<>(all);
        Collections.shuffle(copy, random);
        return copy;
    }
}
