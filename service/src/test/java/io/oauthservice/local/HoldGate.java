package io.oauthservice.local;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds the traffic of a {@link TcpProxy}: the thread that forwards it waits here. */
final class HoldGate {

    private final Set<Object> heldConnections = new HashSet<>();
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
        heldConnections.clear();
        opened++;
        notifyAll();
    }

    synchronized void forget(Object connection) {
        heldConnections.remove(connection);
    }

    synchronized void request(Object connection, String text) throws InterruptedException {
        if (answersTo != null && text.contains(answersTo)) {
            heldConnections.add(connection);
        }
        if (requestsWith != null && text.contains(requestsWith)) {
            await();
        }
    }

    synchronized void answer(Object connection) throws InterruptedException {
        if (allAnswers || heldConnections.contains(connection)) {
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
