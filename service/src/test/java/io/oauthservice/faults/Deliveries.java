package io.oauthservice.faults;

import io.oauthservice.Delivery;
import io.oauthservice.SandboxControl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The last webhooks of a provider as a network may deliver them: in any order and repeatedly, each repetition under the
 * same id or, as by another sender who replays it, under another.
 */
final class Deliveries {

    private static final int MAX_REPETITIONS = 2;
    private static final int ACCEPTED = 202;

    private final SandboxControl provider;
    private final int count;
    private final List<Integer> order;
    private final boolean newIds;
    private final Set<Integer> accepted = new TreeSet<>();
    private CompletableFuture<List<Integer>> statuses = new CompletableFuture<>();

    Deliveries(SandboxControl provider, int count, RandomGenerator random) {
        this.provider = provider;
        this.count = count;
        this.order = randomOrder(count, random);
        this.newIds = random.nextBoolean();
    }

    private static List<Integer> randomOrder(int count, RandomGenerator random) {
        List<Integer> positions =
                new ArrayList<>(IntStream.range(0, count).boxed().toList());
        for (int repetitions = random.nextInt(MAX_REPETITIONS + 1); repetitions > 0; repetitions--) {
            positions.add(random.nextInt(count));
        }
        Collections.shuffle(positions, random);
        return positions;
    }

    /** Sends the last webhook. Its id is another than that of the recorded one. */
    static void sendLast(SandboxControl provider) {
        List<Integer> statuses = provider.deliver(Delivery.ofLast(1).withNewIds());
        if (!statuses.equals(List.of(ACCEPTED))) {
            throw new AssertionError("webhook not accepted: " + statuses);
        }
    }

    /** The position of the webhook that is sent first. */
    int first() {
        return order.getFirst();
    }

    /** Sends all, one after the other, in the background. */
    void start() {
        Delivery all = Delivery.ofLast(count).inOrder(order);
        statuses = CompletableFuture.supplyAsync(
                () -> provider.deliver(newIds ? all.withNewIds() : all),
                task -> Thread.ofVirtual().start(task));
    }

    /** Waits until each is answered or has failed. */
    void awaitSent() {
        note(order, statuses.join());
    }

    /** Whether any was never accepted. */
    boolean hasLost() {
        return accepted.size() < count;
    }

    /** Sends those again that were not accepted, under the ids of the recorded ones. */
    void sendLost() {
        List<Integer> lost = IntStream.range(0, count)
                .filter(position -> !accepted.contains(position))
                .boxed()
                .toList();
        note(lost, provider.deliver(Delivery.ofLast(count).inOrder(lost)));
    }

    private void note(List<Integer> positions, List<Integer> answers) {
        for (int i = 0; i < positions.size(); i++) {
            if (answers.get(i) == ACCEPTED) {
                accepted.add(positions.get(i));
            }
        }
    }

    /** How many webhooks were accepted, without repetitions. */
    int accepted() {
        return accepted.size();
    }

    @Override
    public String toString() {
        return order + (newIds ? " with new ids" : "");
    }
}
