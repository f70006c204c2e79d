package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A failure that a test requests.
 *
 * @param operation the operation that fails; {@code any} for all
 * @param times the number of calls that fail
 * @param status the HTTP status, for the kinds that answer
 * @param body the body instead of the provider's own, as text or JSON
 * @param lasting how long {@code hang} and {@code slow} last
 * @param limit the provider's limit for {@code rate_limit}
 * @param retryAfter the seconds in {@code Retry-After} of {@code rate_limit}
 * @param effect whether the request takes effect before {@code hang}
 * @param path only requests whose path ends with this fail; null for all
 * @param address only requests from this address fail; null for all
 */
record Fault(
        String operation,
        Kind kind,
        int times,
        int status,
        @Nullable JsonNode body,
        Duration lasting,
        String limit,
        int retryAfter,
        boolean effect,
        @Nullable String path,
        @Nullable String address) {

    static final String ANY = "any";

    enum Kind {
        /** Replies with this status; the request has no effect. */
        STATUS(500, Duration.ZERO),
        /** The request takes effect, and the connection is closed without a reply. */
        DROP_REPLY(0, Duration.ZERO),
        /** The connection is accepted and never answered. */
        HANG(0, Duration.ofSeconds(60)),
        /** A gateway's HTML error page; the request has no effect. */
        HTML(502, Duration.ZERO),
        /** The request takes effect, and the reply is slow. */
        SLOW(0, Duration.ofSeconds(3)),
        /** The provider's reply to too many calls; the request has no effect. */
        RATE_LIMIT(429, Duration.ZERO),
        /** The request is handled; the lists in a successful reply are empty. */
        EMPTY(0, Duration.ZERO),
        /** Until the time ends, reads are answered from the state when the fault was added. */
        STALE(0, Duration.ofSeconds(3));

        private final int status;
        private final Duration lasting;

        Kind(int status, Duration lasting) {
            this.status = status;
            this.lasting = lasting;
        }
    }

    static Fault from(Input input, Provider provider) {
        Kind kind = input.choice("kind", Kind.class);
        List<String> allowed = new ArrayList<>(kind == Kind.STALE ? provider.reads() : provider.operations());
        allowed.add(ANY);
        List<String> limits = provider.rateLimits();
        return new Fault(
                input.choice("operation", allowed),
                kind,
                input.number("times", 1, 1_000_000, 1),
                input.number("status", 200, 599, kind.status),
                input.has("body") ? input.json().get("body") : null,
                input.has("for") ? input.duration("for") : kind.lasting,
                input.has("limit") ? input.choice("limit", limits) : limits.getFirst(),
                input.number("retry_after", 0, 86_400, 2),
                input.has("effect") && input.flag("effect"),
                input.optionalText("path"),
                input.optionalText("address"));
    }

    boolean matches(String called, Request request) {
        return (operation.equals(ANY) || operation.equals(called))
                && (path == null || request.path().endsWith(path))
                && (address == null || address.equals(request.caller()));
    }

    Fault decrement() {
        return new Fault(operation, kind, times - 1, status, body, lasting, limit, retryAfter, effect, path, address);
    }

    RateLimit rateLimit() {
        return new RateLimit(limit, status, retryAfter);
    }

    ObjectNode json() {
        return Json.object()
                .put("operation", operation)
                .put("kind", Input.word(kind))
                .put("times", times);
    }
}
