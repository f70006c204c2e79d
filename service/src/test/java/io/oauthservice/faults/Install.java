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

/** An install to which something happens at one of its steps, and what has come of it. */
final class Install {

    /** The result, in progress, unknown state, failed. */
    private static final Set<Integer> RELOADED = Set.of(200, 202, 400, 503);

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration BROWSERS_PATIENCE = Duration.ofSeconds(25);
    private static final int LONGEST_HESITATION_MILLIS = 300;
    private static final int SHORTEST_FAULT_MILLIS = 500;
    private static final int LONGEST_FAULT_MILLIS = 5000;

    private final Cluster cluster;
    private final Platform platform;
    private final Replica victim;
    private final Person person;
    private final long otherStates;
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable String callback;

    Install(Cluster cluster, Platform platform, Replica victim) {
        this.cluster = cluster;
        this.platform = platform;
        this.victim = victim;
        this.person = new Person(cluster, platform);
        // A flow that was given up leaves its own behind, for ten minutes.
        this.otherStates = tables().states();
        cluster.leadBrowsersTo(victim);
    }

    /** The person comes to the step, the blow falls; either the installation is there, or the person begins again. */
    Outcome struck(InstallStep step, Blow blow, RandomGenerator random) {
        step.reach(this);
        sleep(random.nextInt(LONGEST_HESITATION_MILLIS));
        blow.strike(victim, step.way(victim));
        sleep(random.nextInt(SHORTEST_FAULT_MILLIS, LONGEST_FAULT_MILLIS));
        blow.heal(victim, step.way(victim));
        browserHasHeard();
        List<String> complaints = new ArrayList<>(complaints());
        boolean installed = cluster.ask(another(), platform).isToken();
        if (step.isForGood() && !installed) {
            complaints.add("a committed installation is not there");
        }
        complaints.addAll(reloads());
        if (!installed) {
            person.connects();
        }
        complaints.addAll(works());
        String end = installed ? "installed" : "started again";
        return new Outcome("install " + step, blow, platform, end, exchanges(), complaints);
    }

    /** The person's browser begins a flow, in the background. */
    void begin() {
        inBackground(person::begin);
    }

    void consent() {
        callback = person.consents();
    }

    /** The browser comes back from the provider, in the background. */
    void comeBack() {
        inBackground(() -> person.open(Objects.requireNonNull(callback)));
    }

    private void inBackground(Callable<Page> browsing) {
        Thread.ofVirtual().start(() -> {
            try {
                browsing.call();
            } catch (UncheckedIOException nobodyAnswers) {
                // The person sees the browser's own page, and knows as little as before.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                over.countDown();
            }
        });
    }

    private void browserHasHeard() {
        try {
            if (!over.await(BROWSERS_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The browser still waits");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> complaints() {
        List<String> all = new ArrayList<>(tables().halves());
        cluster.at(platform).violations().forEach(broken -> all.add("a rule of the provider's was broken: " + broken));
        return all;
    }

    /** A page is loaded again: it shows the result of its flow, where that is known, and never redeems its code again. */
    private List<String> reloads() {
        String address = callback;
        if (address == null) {
            return List.of();
        }
        int before = exchanges();
        cluster.leadBrowsersTo(another());
        int status = person.open(address).status();
        return RELOADED.contains(status) && exchanges() == before && before <= 1
                ? List.of()
                : List.of("a code was used twice: " + status + ", " + exchanges() + " exchanges");
    }

    /** What is wrong with it in the end: every replica must hand out its token, and the provider take that. */
    private List<String> works() {
        List<String> wrong = new ArrayList<>(complaints());
        try {
            await("it works everywhere", () -> cluster.replicas().stream().allMatch(this::works));
        } catch (ConditionTimeoutException never) {
            wrong.add("it does not work: " + tables().installation(platform));
        }
        return wrong;
    }

    private boolean works(Replica replica) {
        Asked answer = cluster.ask(replica, platform);
        Row row = tables().installation(platform).orElseThrow();
        return answer.isToken()
                && answer.fingerprint().equals(row.fingerprint())
                && cluster.isLive(platform, answer.token());
    }

    private int exchanges() {
        return cluster.at(platform).calls("exchange").size();
    }

    private Replica another() {
        return cluster.replicas().stream()
                .filter(replica -> replica != victim)
                .findFirst()
                .orElseThrow();
    }

    boolean itsStateIsThere() {
        return tables().states() > otherStates;
    }

    void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    Tables tables() {
        return cluster.tables();
    }

    Platform platform() {
        return platform;
    }

    Replica victim() {
        return victim;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
