package io.oauthservice.vault;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthservice.outbound.CircuitBreakers;
import io.oauthservice.vault.TransitHttp.Reply;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.vault.support.VaultToken;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Calls to the transit engine with the session's token, behind a circuit breaker and a bulkhead. They fail with a
 * {@link VaultException} only. Logs one line when calls start to fail, and one when they succeed again.
 */
final class TransitCalls implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(TransitCalls.class);
    private static final int DENIED = 403;
    private static final int NOT_FOUND = 404;
    private static final int OVERLOADED = 429;
    private static final int FAILURE_RATE_PERCENT = 50;

    private final TransitHttp http;
    private final TransitSession session;
    private final String mount;
    private final Duration timeLimit;
    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads;
    private final CircuitBreaker circuitBreaker;
    private final Bulkhead bulkhead;

    /** The message of the latest failure; null after a success. */
    private volatile @Nullable String problem;

    TransitCalls(TransitHttp http, TransitSession session, TransitProperties settings) {
        this.http = http;
        this.session = session;
        this.mount = settings.mount();
        this.timeLimit = settings.timeLimit();
        circuitBreakers = CircuitBreakers.registry(
                VaultException.Outage.class::isInstance, settings.window(), FAILURE_RATE_PERCENT, settings.openFor());
        bulkheads = BulkheadRegistry.of(BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrentCalls())
                .build());
        circuitBreaker = circuitBreakers.circuitBreaker("vault");
        bulkhead = bulkheads.bulkhead("vault");
    }

    /**
     * Returns the response's {@code data}, also where the engine rejects some or all items of a batch.
     *
     * @param path below the engine's mount
     */
    Mono<JsonNode> post(String path, Object body) {
        String full = mount + "/" + path;
        return Mono.defer(session::token)
                .flatMap(token -> send(full, token, body).flatMap(reply -> retryDenied(full, token, body, reply)))
                .map(reply -> dataOf(full, reply))
                .onErrorMap(error -> !(error instanceof VaultException), this::noResponse)
                .transformDeferred(CircuitBreakerOperator.of(circuitBreaker))
                .transformDeferred(BulkheadOperator.of(bulkhead))
                .onErrorMap(CallNotPermittedException.class, open -> circuitOpen())
                .onErrorMap(BulkheadFullException.class, rejected -> tooManyCalls())
                .doOnNext(data -> reportSuccess())
                .doOnError(VaultException.class, this::reportFailure);
    }

    private Mono<Reply> send(String path, VaultToken token, Object body) {
        return http.post(path, token, body).timeout(timeLimit);
    }

    /** Retries once with a new token where the server denies the old one, which may have been revoked. */
    private Mono<Reply> retryDenied(String path, VaultToken token, Object body, Reply reply) {
        if (reply.status() != DENIED) {
            return Mono.just(reply);
        }
        return session.replace(token).flatMap(fresh -> send(path, fresh, body)).defaultIfEmpty(reply);
    }

    private static JsonNode dataOf(String path, Reply reply) {
        JsonNode data = reply.body().path("data");
        if (reply.ok() || data.path("batch_results").isArray()) {
            return data;
        }
        String request = path + " (" + reply.errors() + ")";
        throw switch (reply.status()) {
            case DENIED -> new VaultException.Rejected("The key service denies " + request);
            case NOT_FOUND -> new VaultException.Rejected("The key service does not know " + request);
            case OVERLOADED -> new VaultException.Outage("The key service is overloaded: " + request);
            default ->
                reply.status() >= 500
                        ? new VaultException.Outage("The key service failed: " + request)
                        : new VaultException.Rejected("The key service rejects " + request);
        };
    }

    private VaultException noResponse(Throwable error) {
        String why = error instanceof TimeoutException
                ? "within " + timeLimit
                : NestedExceptionUtils.getMostSpecificCause(error).getMessage();
        return new VaultException.Outage("The key service does not respond: " + why);
    }

    private VaultException circuitOpen() {
        return new VaultException.Outage(
                Objects.requireNonNullElse(problem, "The circuit breaker of the key service is open"));
    }

    private static VaultException tooManyCalls() {
        return new VaultException.Outage("Too many concurrent calls to the key service");
    }

    private void reportSuccess() {
        if (problem != null) {
            problem = null;
            log.info("Key service recovered");
        }
    }

    private void reportFailure(VaultException failure) {
        String now = String.valueOf(failure.getMessage());
        if (!now.equals(problem)) {
            problem = now;
            log.warn("Key service call failed, nothing can be encrypted or decrypted: error={}", now);
        }
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }
}
