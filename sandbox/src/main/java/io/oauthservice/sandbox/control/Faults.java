package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** The pending faults, oldest first. A restart discards them. */
final class Faults {

    private final List<Fault> waiting = new ArrayList<>();
    private long cleared;

    synchronized void add(Fault fault) {
        waiting.add(fault);
    }

    /** Takes the next fault for this request; null if there is none. */
    synchronized @Nullable Fault take(String operation, Request request) {
        for (ListIterator<Fault> each = waiting.listIterator(); each.hasNext(); ) {
            Fault fault = each.next();
            if (fault.matches(operation, request)) {
                takeOne(each, fault);
                return fault;
            }
        }
        return null;
    }

    private static void takeOne(ListIterator<Fault> position, Fault fault) {
        if (fault.times() == 1) {
            position.remove();
        } else {
            position.set(fault.decrement());
        }
    }

    /** Waits for this time, or until the faults are cleared or the sandbox closes. */
    synchronized void hang(Duration time) {
        long then = System.nanoTime() + time.toNanos();
        long seen = cleared;
        try {
            for (long left = time.toNanos(); left > 0 && seen == cleared; left = then - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void clear() {
        waiting.clear();
        cleared++;
        notifyAll();
    }

    synchronized ArrayNode json() {
        ArrayNode all = Json.array();
        waiting.forEach(fault -> all.add(fault.json()));
        return all;
    }
}
