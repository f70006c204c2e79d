package io.oauthservice;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How a simulated provider fails its next calls. Without {@link #times} one call fails. */
public final class Fault {

    private final Map<String, Object> fields;

    private Fault(Map<String, Object> fields) {
        this.fields = Map.copyOf(fields);
    }

    /** Replies with this status in the provider's own format; the request has no effect. */
    public static Fault status(int status) {
        return of("status").with("status", status);
    }

    /** Slack's error format: HTTP 200 with {@code ok: false}. */
    public static Fault slackError(String error) {
        return status(200).body(Map.of("ok", false, "error", error));
    }

    /** The error format of RFC 6749, section 5.2. */
    public static Fault oauthError(int status, String error) {
        return status(status).body(Map.of("error", error));
    }

    /** GitHub's error format. */
    public static Fault gitHubError(int status, String message) {
        return status(status).body(Map.of("message", message));
    }

    /** Replies with a gateway's HTML page; the request has no effect. */
    public static Fault gatewayPage(int status) {
        return of("html").with("status", status);
    }

    /** Replies that there were too many calls; the request has no effect. */
    public static Fault rateLimit() {
        return of("rate_limit");
    }

    /** The request takes effect, and the connection is closed without a reply. */
    public static Fault dropReply() {
        return of("drop_reply");
    }

    /** The request has no effect and no reply. */
    public static Fault hang() {
        return of("hang");
    }

    /** The request has no effect; the connection is closed after this time. */
    public static Fault hang(Duration time) {
        return hang().with("for", time.toString());
    }

    /** The request takes effect, and has no reply; the connection is closed after this time. */
    public static Fault hangAfterEffect(Duration time) {
        return hang(time).with("effect", true);
    }

    /** The request takes effect, and the reply takes this time. */
    public static Fault slow(Duration time) {
        return of("slow").with("for", time.toString());
    }

    /** The request is handled; the lists in a successful reply are empty. */
    public static Fault emptyLists() {
        return of("empty");
    }

    /** For this time, reads are answered from the state as it is now; everything else sees the present state. */
    public static Fault stale(Duration time) {
        return of("stale").with("for", time.toString());
    }

    /** Only requests whose path ends with this fail. */
    public Fault atPath(String path) {
        return with("path", path);
    }

    /** Only requests from this address fail. */
    public Fault from(String address) {
        return with("address", address);
    }

    /** The number of calls that fail. */
    public Fault times(int times) {
        return with("times", times);
    }

    /** The {@code Retry-After} of a rate limit. */
    public Fault retryAfter(Duration time) {
        return with("retry_after", time.toSeconds());
    }

    /** A body in place of the provider's own: text, or a map that becomes a JSON object. */
    public Fault body(Object body) {
        return with("body", body);
    }

    Map<String, Object> on(String operation) {
        return with("operation", operation).fields;
    }

    private static Fault of(String kind) {
        return new Fault(Map.of("kind", kind));
    }

    private Fault with(String field, Object value) {
        Map<String, Object> all = new HashMap<>(fields);
        all.put(field, value);
        return new Fault(all);
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
