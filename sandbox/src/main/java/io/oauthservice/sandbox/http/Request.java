package io.oauthservice.sandbox.http;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One request, its body already read. */
public final class Request {

    private final String method;
    private final String path;
    private final Params query;
    private final Headers headers;
    private final byte[] body;
    private final String caller;
    private final Map<String, String> variables;

    Request(
            String method,
            String path,
            Params query,
            Headers headers,
            byte[] body,
            String caller,
            Map<String, String> variables) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
        this.caller = caller;
        this.variables = variables;
    }

    /** The same request, with the variables of the route that it met. */
    Request with(Map<String, String> found) {
        return new Request(method, path, query, headers, body, caller, found);
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    /** The path segment at {@code {name}} in the route. */
    public String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    /** The address that the request came from, such as {@code 127.0.0.1}. */
    public String caller() {
        return caller;
    }

    public Params query() {
        return query;
    }

    public @Nullable String header(String name) {
        return headers.getFirst(name);
    }

    public boolean accepts(String mediaType) {
        String accept = header("Accept");
        return accept != null && accept.contains(mediaType);
    }

    public boolean hasBody() {
        return body.length > 0;
    }

    public String body() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as a JSON object, or null where it is something else. */
    public @Nullable ObjectNode json() {
        return Json.objectIn(body);
    }

    /** The body as JSON of any type, or null where it is not JSON. */
    public @Nullable JsonNode anyJson() {
        return Json.in(body);
    }

    /** The body's parameters, sent as a form or as a JSON object. */
    public Params form() {
        String type = header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).contains("json")) {
            return Params.parse(body());
        }
        Params params = new Params();
        ObjectNode json = json();
        if (json != null) {
            json.forEachEntry((name, value) -> params.and(name, value.isNull() ? null : value.asString("")));
        }
        return params;
    }

    /** The token after {@code Bearer}; null where another scheme or none was used. */
    public @Nullable String bearer() {
        return credentials("bearer");
    }

    /** The token after {@code Bearer} or GitHub's older {@code token}; null where another scheme or none was used. */
    public @Nullable String bearerOrToken() {
        String bearer = bearer();
        return bearer == null ? credentials("token") : bearer;
    }

    /** The user and password of HTTP Basic; null where another scheme or none was used. */
    public @Nullable Basic basic() {
        String encoded = credentials("basic");
        return encoded == null ? null : Basic.decode(encoded);
    }

    private @Nullable String credentials(String scheme) {
        String header = header("Authorization");
        String[] parts = header == null ? new String[0] : header.trim().split(" +", 2);
        return parts.length == 2 && parts[0].equalsIgnoreCase(scheme) ? parts[1] : null;
    }

    /** The two halves of HTTP Basic. */
    public record Basic(String user, String password) {

        private static @Nullable Basic decode(String encoded) {
            try {
                String both = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
                int colon = both.indexOf(':');
                return colon < 0 ? null : new Basic(both.substring(0, colon), both.substring(colon + 1));
            } catch (IllegalArgumentException notBase64) {
                return null;
            }
        }

        /** Contains no secret. */
        @Override
        public String toString() {
            return "Basic[user=" + user + "]";
        }
    }
}
