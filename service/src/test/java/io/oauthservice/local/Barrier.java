package io.oauthservice.local;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a detour holds up what passes. Whoever is held up waits here. */
final class Barrier {

    private final Set<Object> roadsWithoutAnswers = new HashSet<>();
    private @Nullable String requestsWith;
    private @Nullable String answersTo;
    private boolean allAnswers;
    private int waiting;
    private long opened;

    synchronized void holdRequests(String with) {
        requestsWith = with;
    }

    synchronized void holdAnswers() {
        allAnswers = true;
    }

    synchronized void holdAnswersTo(String text) {
        answersTo = text;
    }

    synchronized boolean isHolding() {
        return waiting > 0;
    }

    synchronized void open() {
        requestsWith = null;
        answersTo = null;
        allAnswers = false;
        roadsWithoutAnswers.clear();
        opened++;
        notifyAll();
    }

    synchronized void forget(Object road) {
        roadsWithoutAnswers.remove(road);
    }

    synchronized void request(Object road, String text) throws InterruptedException {
        if (answersTo != null && text.contains(answersTo)) {
            roadsWithoutAnswers.add(road);
        }
        if (requestsWith != null && text.contains(requestsWith)) {
            await();
        }
    }

    synchronized void answer(Object road) throws InterruptedException {
        if (allAnswers || roadsWithoutAnswers.contains(road)) {
            await();
        }
    }

    private void await() throws InterruptedException {
        waiting++;
        for (long seen = opened; seen == opened; ) {
            wait();
        }
        waiting--;
    }
}
