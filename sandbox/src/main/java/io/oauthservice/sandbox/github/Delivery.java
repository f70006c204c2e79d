package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One attempt to deliver a webhook; a redelivery is another attempt with the same GUID. */
final class Delivery {

    /**
     * How an attempt ended.
     *
     * @param statusCode the app's HTTP status; 0 if it did not reply
     * @param headers the reply's headers; null if there was no reply
     * @param payload the reply's body, of which at most the beginning is kept; null if there was no reply
     */
    record Outcome(
            String status,
            int statusCode,
            double seconds,
            @Nullable Map<String, String> headers,
            @Nullable String payload) {

        static final Outcome NOT_SENT = new Outcome("Not sent", 0, 0, null, null);
    }

    private final long id;
    private final String guid;
    private final Instant at;
    private final Instant shownAt;
    private final boolean redelivery;
    private final String event;
    private final ObjectNode payload;
    private volatile Map<String, String> sentHeaders = Map.of();
    private volatile Outcome outcome = Outcome.NOT_SENT;

    /**
     * @param at the time by which the delivery ages
     * @param shownAt the same moment as callers see it
     */
    Delivery(long id, String guid, Instant at, Instant shownAt, boolean redelivery, String event, ObjectNode payload) {
        this.id = id;
        this.guid = guid;
        this.at = at;
        this.shownAt = shownAt;
        this.redelivery = redelivery;
        this.event = event;
        this.payload = payload;
    }

    Delivery again(long nextId, Instant now, Instant shownNow) {
        return new Delivery(nextId, guid, now, shownNow, true, event, payload);
    }

    long id() {
        return id;
    }

    String guid() {
        return guid;
    }

    String event() {
        return event;
    }

    Instant at() {
        return at;
    }

    boolean isRedelivery() {
        return redelivery;
    }

    /** The event and its action. */
    String name() {
        return event + "." + payload.path("action").asString("");
    }

    String body() {
        return payload.toString();
    }

    void sent(Map<String, String> headers) {
        sentHeaders = headers;
    }

    void ended(Outcome how) {
        outcome = how;
    }

    int statusCode() {
        return outcome.statusCode();
    }

    /** As lists show it. */
    ObjectNode json() {
        Outcome now = outcome;
        ObjectNode json = Json.object()
                .put("id", id)
                .put("guid", guid)
                .put("delivered_at", shownAt.toString())
                .put("redelivery", redelivery)
                .put("duration", now.seconds())
                .put("status", now.status())
                .put("status_code", now.statusCode())
                .put("event", event)
                .putNull("repository_id")
                .putNull("throttled_at");
        json.set("action", payload.get("action"));
        json.set("installation_id", payload.path("installation").get("id"));
        return json;
    }

    /** As JSON with request and response. */
    ObjectNode json(URI url) {
        Outcome now = outcome;
        ObjectNode json = json().put("url", url.toString());
        json.set("request", exchanged(sentHeaders).set("payload", payload));
        json.set("response", exchanged(now.headers()).put("payload", now.payload()));
        return json;
    }

    private static ObjectNode exchanged(@Nullable Map<String, String> headers) {
        return Json.object().set("headers", Json.of(headers));
    }
}
