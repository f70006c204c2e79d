package io.oauthservice.faults;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.local.Replica;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A story that a number decides: an organisation on each platform is connected while something happens; then refreshes
 * of their tokens come to every step there is, and something happens to each.
 */
final class Seed {

    private final Cluster cluster;
    private final Random random;
    private final List<Platform> platforms;
    private final List<Outcome> outcomes = new ArrayList<>();

    Seed(Cluster cluster, long number) {
        this.cluster = cluster;
        this.random = new Random(number);
        this.platforms = new ArrayList<>(
                List.of(Platform.GITHUB, Platform.JIRA, oneOf(Platform.SLACK, Platform.SLACK_AT_ONCE)));
    }

    List<Outcome> play() {
        cluster.startOver();
        platforms.forEach(platform -> cluster.at(platform).settings(platform.settings()));
        shuffled(platforms).forEach(this::connect);
        shuffled(List.of(RefreshStep.values())).forEach(this::refresh);
        platforms.forEach(this::theEventsTellIt);
        noSecretIsToBeFound();
        return outcomes;
    }

    private void connect(Platform platform) {
        InstallStep step = oneOf(InstallStep.values());
        Blow blow = oneOf(Blow.values());
        Install install = new Install(cluster, platform, oneOfTheReplicas());
        play(step.name(), blow, platform, () -> install.struck(step, blow, random));
        if (!isActive(platform)) {
            connectAgain(platform);
        }
    }

    private void refresh(RefreshStep step) {
        Platform platform = platforms.get(random.nextInt(platforms.size()));
        Blow blow = oneOf(Blow.values());
        Replica victim = oneOfTheReplicas();
        play(step.name(), blow, platform, () -> new Refresh(cluster, platform, victim).struck(step, blow, random));
        if (!isActive(platform)) {
            connectAgain(platform);
        }
        play("NO FAULT", null, platform, () -> new Refresh(cluster, platform, victim).undisturbed());
    }

    /** A case that cannot be brought to its end is a failure of its own, and the story goes on. */
    private void play(
            String step, @Nullable Blow blow, Platform platform, Supplier<Outcome> played) {
        try {
            outcomes.add(played.get());
        } catch (RuntimeException | AssertionError e) {
            outcomes.add(new Outcome(step, blow, platform, "broken off", 0, List.of(String.valueOf(e.getMessage()))));
        } finally {
            cluster.heal();
        }
    }

    private boolean isActive(Platform platform) {
        return cluster.tables().installation(platform).filter(Row::isActive).isPresent();
    }

    private void connectAgain(Platform platform) {
        cluster.leadBrowsersTo(oneOfTheReplicas());
        new Person(cluster, platform).connects();
    }

    /** Gapless, and the version rises with every refresh. What came twice has come under one id. */
    private void theEventsTellIt(Platform platform) {
        Row row = cluster.tables().installation(platform).orElseThrow();
        try (KafkaEvents events = new KafkaEvents(cluster.bootstrap(), row.id())) {
            Map<String, Received> once = new LinkedHashMap<>();
            for (int wanted = (int) row.sequence(); once.size() < row.sequence(); wanted++) {
                int before = once.size();
                events.await(wanted).forEach(event -> once.putIfAbsent(event.id(), event));
                if (once.size() == before) {
                    break;
                }
            }
            complainUnless(platform, sequences(once), row.sequence());
            complainUnlessRising(platform, once);
        }
    }

    private static List<Long> sequences(Map<String, Received> events) {
        return events.values().stream().map(event -> event.event().sequence()).toList();
    }

    private void complainUnless(Platform platform, List<Long> sequences, long last) {
        for (long expected = 1; expected <= last; expected++) {
            if (sequences.size() < expected || sequences.get((int) expected - 1) != expected) {
                complain(platform, "events " + sequences + " in place of 1 to " + last);
                return;
            }
        }
    }

    private void complainUnlessRising(Platform platform, Map<String, Received> events) {
        long newest = 0;
        for (Received received : events.values()) {
            if (received.event() instanceof TokenRefreshed refreshed) {
                if (refreshed.tokenVersion() <= newest) {
                    complain(platform, "version " + refreshed.tokenVersion() + " after " + newest);
                }
                newest = refreshed.tokenVersion();
            }
        }
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
