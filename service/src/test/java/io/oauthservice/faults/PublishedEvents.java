package io.oauthservice.faults;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.events.TokenRefreshed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The events of one installation on the topic, without repetitions. */
final class PublishedEvents {

    private final InstallationRow row;
    private final List<Received> events;

    private PublishedEvents(InstallationRow row, List<Received> events) {
        this.row = row;
        this.events = events;
    }

    /** Waits for as many events as the row's sequence counts, or until no further event arrives. */
    static PublishedEvents await(String bootstrap, InstallationRow row) {
        Map<String, Received> distinct = new LinkedHashMap<>();
        try (KafkaEvents consumer = new KafkaEvents(bootstrap, row.id())) {
            int count = -1;
            for (List<Received> all = List.of(); all.size() > count && distinct.size() < row.sequence(); ) {
                count = all.size();
                all = consumer.await(count + (int) row.sequence() - distinct.size());
                all.forEach(event -> distinct.putIfAbsent(event.id(), event));
            }
        }
        return new PublishedEvents(row, List.copyOf(distinct.values()));
    }

    List<Long> sequences() {
        return events.stream().map(event -> event.event().sequence()).toList();
    }

    /** The token versions that refreshes have created. */
    List<Long> refreshedVersions() {
        return events.stream()
                .map(Received::event)
                .filter(TokenRefreshed.class::isInstance)
                .map(event -> ((TokenRefreshed) event).tokenVersion())
                .toList();
    }

    /** Checks that no event is missing or out of order, and that each refresh increases the token version. */
    List<String> failures() {
        List<String> all = new ArrayList<>();
        List<Long> expected = LongStream.rangeClosed(1, row.sequence()).boxed().toList();
        if (!sequences().equals(expected)) {
            all.add("events " + sequences() + ", expected 1 to " + row.sequence());
        }
        List<Long> versions = refreshedVersions();
        if (!versions.equals(versions.stream().distinct().sorted().toList())) {
            all.add("token versions do not increase: " + versions);
        }
        return all;
    }
}
