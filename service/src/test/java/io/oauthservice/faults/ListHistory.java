package io.oauthservice.faults;

import io.oauthservice.faults.ListClients.Scope;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the lists have contained, and when. One thread changes installations and records each change; others check what
 * they were shown. A response that shows a change that is not recorded yet is checked after the record.
 */
final class ListHistory {

    /** How old a list from memory may be. */
    private static final long MAX_AGE = Duration.ofSeconds(2).toNanos();

    private static final long NOT_YET = Long.MAX_VALUE;
    private static final int REPORTED = 20;

    /** A list as callers with this scope see it. */
    record View(Scope scope, String path) {}

    /** A response to a request of this time: these views, one of which must have had this ETag. */
    record Shown(Collection<View> views, String etag, long start, long end, String by) {}

    private final long origin = System.nanoTime();
    private final Map<View, List<Version>> versions = new ConcurrentHashMap<>();
    private final List<Period> unknown = new CopyOnWriteArrayList<>();
    private final Queue<Shown> unchecked = new ConcurrentLinkedQueue<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();

    /** Nanoseconds since the beginning. */
    long now() {
        return System.nanoTime() - origin;
    }

    /**
     * A change that was made between these times, and the lists after it.
     *
     * @param gradual whether it was several changes, of which only the last is known
     */
    void record(long begun, long done, boolean gradual, Map<View, String> lists) {
        lists.forEach((view, etag) ->
                add(versions.computeIfAbsent(view, key -> new CopyOnWriteArrayList<>()), etag, begun, done));
        if (gradual) {
            unknown.add(new Period(begun, done));
        }
        check();
    }

    private static void add(List<Version> versions, String etag, long begun, long done) {
        if (versions.isEmpty() || !versions.getLast().etag().equals(etag)) {
            if (!versions.isEmpty()) {
                versions.set(versions.size() - 1, versions.getLast().until(done));
            }
            versions.add(new Version(etag, begun, NOT_YET));
        }
    }

    String latest(View view) {
        return versions.getOrDefault(view, List.of()).getLast().etag();
    }

    /** Checks a response, now if possible. */
    void check(Shown shown) {
        if (!isTrue(shown)) {
            unchecked.add(shown);
        }
    }

    /** Checks what could not be checked before. Everything that it may show is recorded now. */
    void check() {
        for (Shown shown = unchecked.poll(); shown != null; shown = unchecked.poll()) {
            if (!isTrue(shown) && violations.size() < REPORTED) {
                violations.add(describe(shown));
            }
        }
    }

    private boolean isTrue(Shown shown) {
        return shown.views().stream().anyMatch(view -> contains(versions.getOrDefault(view, List.of()), shown))
                || unknown.stream()
                        .anyMatch(period -> period.begun() <= shown.end() && period.done() >= shown.start() - MAX_AGE);
    }

    private static boolean contains(List<Version> versions, Shown shown) {
        for (int i = versions.size() - 1; i >= 0; i--) {
            Version version = versions.get(i);
            if (version.until() < shown.start() - MAX_AGE) {
                return false;
            }
            if (version.from() <= shown.end() && version.etag().equals(shown.etag())) {
                return true;
            }
        }
        return false;
    }

    /** When the list was as it was shown, before the request; for how long it had been otherwise. */
    private String describe(Shown shown) {
        long until = shown.views().stream()
                .flatMap(view -> versions.getOrDefault(view, List.of()).stream())
                .filter(version -> version.etag().equals(shown.etag()))
                .mapToLong(Version::until)
                .max()
                .orElse(-1);
        return shown.by() + " " + shown.views() + " at " + Duration.ofNanos(shown.start()) + ": "
                + (until < 0 ? "never so" : "so until " + Duration.ofNanos(shown.start() - until) + " before");
    }

    List<String> violations() {
        return violations;
    }

    private record Version(String etag, long from, long until) {
        Version until(long time) {
            return new Version(etag, from, time);
        }
    }

    private record Period(long begun, long done) {}
}
