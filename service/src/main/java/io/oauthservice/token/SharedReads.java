package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.Lookup;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenCache.Reading;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Mono;

/**
 * One reading of the database for all who ask the same, as the same caller, at the same time: thousands who meet an
 * expired token at once would else wait for each other's statements. Who began it may hang up; the others get it.
 */
public final class SharedReads {

    private final TokenCache hot;
    private final Map<Question, Flight> flights = new ConcurrentHashMap<>();

    public SharedReads(TokenCache hot) {
        this.hot = hot;
    }

    /**
     * Joins the read in progress, else starts one. A result that may be older than a change that was known when its
     * caller asked is read again.
     */
    public Mono<LiveToken> join(Lookup key, Caller caller, Function<Reading, Mono<LiveToken>> read) {
        Question question = new Question(key, caller);
        Reading mine = hot.begin();
        Flight flight = flight(question, mine, read, any -> true);
        if (flight.reading().changes() >= mine.changes()) {
            return flight.token();
        }
        return flight.token()
                // Which grant a failure comes from is not known: any change may be the one that ends it.
                .onErrorResume(SharedReads::isVerdict, failure -> again(question, read))
                .flatMap(live ->
                        hot.isOutdated(key, live, flight.reading(), mine) ? again(question, read) : Mono.just(live));
    }

    /** Of the grant, as it stood then; what was only unavailable is asked for again by the caller. */
    private static boolean isVerdict(Throwable failure) {
        return failure instanceof ErrorResponseException problem
                && problem.getStatusCode().is4xxClientError();
    }

    /** Shared by requests since the latest change only, so that it ends however many changes arrive. */
    private Mono<LiveToken> again(Question question, Function<Reading, Mono<LiveToken>> read) {
        return Mono.defer(() -> {
            Reading now = hot.begin();
            return flight(question, now, read, under -> under.reading().changes() >= now.changes())
                    .token();
        });
    }

    private Flight flight(
            Question question, Reading now, Function<Reading, Mono<LiveToken>> read, Predicate<Flight> joins) {
        return flights.compute(
                question,
                (same, under) -> under != null && joins.test(under) ? under : begin(question, now, read.apply(now)));
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
