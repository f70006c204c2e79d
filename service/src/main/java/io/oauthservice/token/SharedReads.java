package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.token.HotTokens.Reading;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * One reading of the database for all who ask the same, as the same caller, at the same time: thousands who meet an
 * expired token at once would else wait for each other's statements. Who began it may hang up; the others get it.
 */
final class SharedReads {

    private final Map<Question, Flight> flights = new ConcurrentHashMap<>();

    /** Joins the reading under way, unless anything has changed since it began; else begins this one. */
    Mono<LiveToken> join(Lookup key, Caller caller, Reading reading, Mono<LiveToken> read) {
        Question question = new Question(key, caller);
        return flights.compute(
                        question,
                        (same, under) -> under != null && under.reading().changes() == reading.changes()
                                ? under
                                : begin(question, reading, read))
                .token();
    }

    private Flight begin(Question question, Reading reading, Mono<LiveToken> read) {
        // Before anybody has the answer: who asks after that must not get one that was read earlier.
        Mono<LiveToken> once = read.doOnTerminate(() -> flights.computeIfPresent(
                        question, (same, now) -> now.reading().equals(reading) ? null : now))
                .cache();
        return new Flight(reading, once);
    }

    private record Question(Lookup key, Caller caller) {}

    private record Flight(Reading reading, Mono<LiveToken> token) {}
}
