package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A story that a number decides: an organisation on each platform is connected while something happens; then refreshes
 * of their tokens come to every step there is, and something happens to each.
 */
final class Seed {

    private static final Logger log = LoggerFactory.getLogger(Seed.class);

    private final Cluster cluster;
    private final SplittableRandom random;
    private final List<Platform> platforms;
    private final List<Outcome> outcomes = new ArrayList<>();

    Seed(Cluster cluster, long number) {
        this.cluster = cluster;
        // Neighbouring numbers tell different stories; with java.util.Random they begin alike.
        this.random = new SplittableRandom(number);
        this.platforms = Platform.variants().stream().map(this::variant).toList();
    }

    List<Outcome> play() {
        cluster.startOver();
        platforms.forEach(platform -> platform.configure(cluster.at(platform)));
        connectAll();
        refreshAtEveryStep();
        platforms.forEach(this::theEventsTellIt);
        noSecretIsToBeFound();
        return outcomes;
    }

    private void connectAll() {
        List<Blow> blows = blows(platforms.size());
        for (Platform platform : shuffled(platforms)) {
            connect(oneOf(InstallStep.values()), blows.removeFirst(), platform);
        }
    }

    private void refreshAtEveryStep() {
        List<RefreshStep> steps = shuffled(List.of(RefreshStep.values()));
        List<Blow> blows = blows(steps.size());
        List<Platform> turns = shuffled(platforms);
        for (RefreshStep step : steps) {
            Platform platform = turns.removeFirst();
            turns.addLast(platform);
            refresh(step, blows.removeFirst(), platform);
        }
    }

    /** So many, every kind before any comes again. */
    private List<Blow> blows(int count) {
        List<Blow> blows = new ArrayList<>();
        while (blows.size() < count) {
            blows.addAll(shuffled(List.of(Blow.values())));
        }
        return blows;
    }

    private void connect(InstallStep step, Blow blow, Platform platform) {
        Install install = new Install(cluster, platform, oneOfTheReplicas());
        RandomGenerator own = random.split();
        play("install " + step, blow, platform, () -> install.struck(step, blow, own));
        if (!isActive(platform)) {
            connectAgain(platform);
        }
    }

    private void refresh(RefreshStep step, Blow blow, Platform platform) {
        Replica victim = oneOfTheReplicas();
        RandomGenerator own = random.split();
        play("refresh " + step, blow, platform, () -> new Refresh(cluster, platform, victim).struck(step, blow, own));
        if (!isActive(platform)) {
            connectAgain(platform);
        }
        play("refresh", null, platform, () -> new Refresh(cluster, platform, victim).undisturbed());
    }

    /** A case that cannot be brought to its end is a failure of its own, and the story goes on. */
    private void play(String step, @Nullable Blow blow, Platform platform, Supplier<Outcome> played) {
        long begun = System.nanoTime();
        Outcome outcome = outcome(played, step, blow, platform);
        outcomes.add(outcome);
        cluster.heal();
        log.info(
                "{}, {} s", outcome, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }

    private static Outcome outcome(Supplier<Outcome> played, String step, @Nullable Blow blow, Platform platform) {
        try {
            return played.get();
        } catch (RuntimeException | AssertionError e) {
            return new Outcome(step, blow, platform, "broken off", 0, List.of(String.valueOf(e.getMessage())));
        }
    }

    private boolean isActive(Platform platform) {
        return cluster.tables().installation(platform).filter(Row::isActive).isPresent();
    }

    /** Draws nothing: how a case has ended does not change what comes after it. */
    private void connectAgain(Platform platform) {
        cluster.leadBrowsersTo(cluster.replicas().getFirst());
        new Person(cluster, platform).connects();
    }

    private void theEventsTellIt(Platform platform) {
        Row row = cluster.tables().installation(platform).orElseThrow();
        EventStory.of(cluster.bootstrap(), row).complaints().forEach(wrong -> complain(platform, wrong));
    }

    private void noSecretIsToBeFound() {
        cluster.leaks().forEach(leak -> complain(platforms.getFirst(), leak));
    }

    private void complain(Platform platform, String complaint) {
        outcomes.add(new Outcome("AFTERWARDS", null, platform, "wrong", 0, List.of(complaint)));
    }

    private Replica oneOfTheReplicas() {
        return cluster.replicas().get(random.nextInt(cluster.replicas().size()));
    }

    /** A platform without variants draws nothing. */
    private Platform variant(List<Platform> variants) {
        return variants.size() == 1 ? variants.getFirst() : variants.get(random.nextInt(variants.size()));
    }

    @SafeVarargs
    private final <T> T oneOf(T... all) {
        return all[random.nextInt(all.length)];
    }

    private <T> List<T> shuffled(List<T> all) {
        List<T> copy = new ArrayList<>(all);
        Collections.shuffle(copy, random);
        return copy;
    }
}
