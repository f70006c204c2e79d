package io.oauthservice.vault;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthservice.vault.VaultHttp.Reply;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.vault.support.VaultToken;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Calls to the transit engine: logged in, guarded, and whatever goes wrong told as a {@link VaultException}. The log has
 * one line when they begin to fail, and one when they work again.
 */
final class TransitCalls implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(TransitCalls.class);
    private static final int DENIED = 403;
    private static final int NOT_FOUND = 404;
    private static final int OVERLOADED = 429;
    private static final String WORKS = "";

    private final VaultHttp http;
    private final VaultSession session;
    private final String mount;
    private final Duration timeLimit;
    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads;
    private final CircuitBreaker circuitBreaker;
    private final Bulkhead bulkhead;
    private volatile String trouble = WORKS;

    TransitCalls(VaultHttp http, VaultSession session, TransitProperties settings) {
        this.http = http;
        this.session = session;
        this.mount = settings.mount();
        this.timeLimit = settings.timeLimit();
        circuitBreakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                // What is denied or missing would not get better by waiting, nor hurt anybody by being asked.
                .recordException(VaultException.Outage.class::isInstance)
                .slidingWindowSize(settings.window())
                .slidingWindowSynchronizationStrategy(SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .minimumNumberOfCalls(settings.window() / 2)
                .waitDurationInOpenState(settings.openFor())
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(2)
                .build());
        bulkheads = BulkheadRegistry.of(BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrentCalls())
                .build());
        circuitBreaker = circuitBreakers.circuitBreaker("vault");
        bulkhead = bulkheads.bulkhead("vault");
    }

    /**
     * The {@code data} of what the engine answers; also of an answer that refuses some or all items of a batch, each in
     * its own place.
     *
     * @param path below the engine's mount
     */
    Mono<JsonNode> post(String path, Object body) {
        String full = mount + "/" + path;
        return Mono.defer(session::token)
                .flatMap(token -> sent(full, token, body).flatMap(reply -> loggedIn(full, token, body, reply)))
                .map(reply -> dataOf(full, reply))
                .onErrorMap(error -> !(error instanceof VaultException), this::noAnswer)
                .transformDeferred(CircuitBreakerOperator.of(circuitBreaker))
                .transformDeferred(BulkheadOperator.of(bulkhead))
                .onErrorMap(CallNotPermittedException.class, refused -> leftAlone())
                .onErrorMap(BulkheadFullException.class, TransitCalls::tooMany)
                .doOnNext(answered -> works())
                .doOnError(VaultException.class, this::fails);
    }

    private Mono<Reply> sent(String path, VaultToken token, Object body) {
        return http.post(path, token, body).timeout(timeLimit);
    }

    /** A token may have ended there before its time: then once more with a new one. */
    private Mono<Reply> loggedIn(String path, VaultToken token, Object body, Reply reply) {
        if (reply.status() != DENIED) {
            return Mono.just(reply);
        }
        return session.insteadOf(token)
                .flatMap(fresh -> sent(path, fresh, body))
                .defaultIfEmpty(reply);
    }

    private static JsonNode dataOf(String path, Reply reply) {
        JsonNode data = reply.body().path("data");
        if (reply.ok() || data.path("batch_results").isArray()) {
            return data;
        }
        String said = path + " (" + reply.errors() + ")";
        throw switch (reply.status()) {
            case DENIED -> new VaultException("The key service denies " + said, null);
            case NOT_FOUND -> new VaultException("The key service knows no " + said, null);
            case OVERLOADED -> new VaultException.Outage("The key service has too much to do for " + said, null);
            default ->
                reply.status() >= 500
                        ? new VaultException.Outage("The key service cannot do " + said, null)
                        : new VaultException("The key service refuses " + said, null);
        };
    }

    private VaultException noAnswer(Throwable error) {
        String why = error instanceof TimeoutException
                ? "within " + timeLimit
                : NestedExceptionUtils.getMostSpecificCause(error).getMessage();
        return new VaultException.Outage("The key service does not answer: " + why, null);
    }

    private VaultException leftAlone() {
        return new VaultException.Outage(
                trouble.equals(WORKS) ? "The key service failed too often just now; it is left alone" : trouble, null);
    }

    private static VaultException tooMany(BulkheadFullException full) {
        return new VaultException.Outage("Too many calls to the key service are under way", null);
    }

    private void works() {
        if (!trouble.equals(WORKS)) {
            trouble = WORKS;
            log.info("The key service works again");
        }
    }

    private void fails(VaultException failure) {
        String now = String.valueOf(failure.getMessage());
        if (!trouble.equals(now)) {
            trouble = now;
            log.warn("Nothing can be encrypted or decrypted: {}", now);
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }
}
