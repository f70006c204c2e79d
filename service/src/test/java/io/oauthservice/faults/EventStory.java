package io.oauthservice.faults;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.events.TokenRefreshed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What the topic tells of one installation, each event once however often it has come. */
final class EventStory {

    private final Row row;
    private final List<Received> events;

    private EventStory(Row row, List<Received> events) {
        this.row = row;
        this.events = events;
    }

    /** Waits until everything is told that the row counts, and no longer than a consumer would. */
    static EventStory of(String bootstrap, Row row) {
        Map<String, Received> once = new LinkedHashMap<>();
        try (KafkaEvents topic = new KafkaEvents(bootstrap, row.id())) {
            int seen = -1;
            for (List<Received> all = List.of(); all.size() > seen && once.size() < row.sequence(); ) {
                seen = all.size();
                all = topic.await(seen + (int) row.sequence() - once.size());
                all.forEach(event -> once.putIfAbsent(event.id(), event));
            }
        }
        return new EventStory(row, List.copyOf(once.values()));
    }

    List<Long> sequences() {
        return events.stream().map(event -> event.event().sequence()).toList();
    }

    /** The versions that refreshes have made. */
    List<Long> versions() {
        return events.stream()
                .map(Received::event)
                .filter(TokenRefreshed.class::isInstance)
                .map(event -> ((TokenRefreshed) event).tokenVersion())
                .toList();
    }

    /** Gapless and in order, and the version rises with every refresh. */
    List<String> complaints() {
        List<String> all = new ArrayList<>();
        List<Long> expected = LongStream.rangeClosed(1, row.sequence()).boxed().toList();
        if (!sequences().equals(expected)) {
            all.add("events " + sequences() + " in place of 1 to " + row.sequence());
        }
        List<Long> versions = versions();
        if (!versions.equals(versions.stream().distinct().sorted().toList())) {
            all.add("versions do not rise: " + versions);
        }
        return all;
    }
}
