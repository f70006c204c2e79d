package io.oauthservice.sandbox.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A complete reply.
 *
 * @param violation the short stable name of the provider's rule that the caller broke; null if none
 * @param advice the provider's recommendation that a successful call did not follow; null if none
 * @param grant the grant that the call concerned, as {@code installation:50001} or {@code user:55}; never a secret
 */
public record Reply(
        int status,
        Map<String, String> headers,
        String body,
        @Nullable String violation,
        @Nullable String advice,
        @Nullable String grant)
        implements Outcome {

    public static Reply json(int status, JsonNode body) {
        return json(status, body.toString());
    }

    public static Reply json(int status, String body) {
        return of(status, "application/json; charset=utf-8", body);
    }

    public static Reply text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body);
    }

    public static Reply html(int status, String body) {
        return of(status, "text/html; charset=utf-8", body);
    }

    public static Reply form(int status, Params body) {
        return of(status, "application/x-www-form-urlencoded; charset=utf-8", body.encode());
    }

    public static Reply nothing() {
        return new Reply(204, Map.of(), "", null, null, null);
    }

    /** Sends the browser to this address with these parameters added to its query. */
    public static Reply redirect(URI to, Params params) {
        String separator = to.getRawQuery() == null ? "?" : "&";
        return new Reply(302, Map.of(), "", null, null, null)
                .with("Location", to + separator + params.encode())
                .with("Cache-Control", "no-store");
    }

    private static Reply of(int status, String type, String body) {
        return new Reply(status, Map.of(), body, null, null, null).with("Content-Type", type);
    }

    public Reply with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Reply(status, all, body, violation, advice, grant);
    }

    /** Adds the headers of the other reply that this one does not have. */
    public Reply withHeadersOf(Reply other) {
        Map<String, String> all = new LinkedHashMap<>(other.headers);
        all.putAll(headers);
        return new Reply(status, all, body, violation, advice, grant);
    }

    /** The same reply with another body of the same type, and without links to further pages. */
    public Reply withBody(String other) {
        Map<String, String> kept = new LinkedHashMap<>(headers);
        kept.remove("Link");
        return new Reply(status, kept, other, violation, advice, grant);
    }

    public Reply violating(String rule) {
        return new Reply(status, headers, body, rule, advice, grant);
    }

    public Reply advising(@Nullable String what) {
        return new Reply(status, headers, body, violation, what, grant);
    }

    public Reply about(String thisGrant) {
        return new Reply(status, headers, body, violation, advice, thisGrant);
    }
}
