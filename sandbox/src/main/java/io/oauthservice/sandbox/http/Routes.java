package io.oauthservice.sandbox.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Maps methods and paths to handlers; {@code {name}} in a template matches one segment. */
public final class Routes {

    private record Route(String method, List<String> template, Function<Request, String> operation, Handler handler) {}

    /** A request with its route's handler and its operation, as {@code calls} and {@code faults} name it. */
    public record Match(String operation, Request request, Handler handler) {

        public Reply answer() {
            try {
                return handler.handle(request);
            } catch (RejectionException rejection) {
                return rejection.reply();
            }
        }
    }

    private final List<Route> all = new ArrayList<>();

    public Routes get(String template, String operation, Handler handler) {
        return on("GET", template, operation, handler);
    }

    public Routes post(String template, String operation, Handler handler) {
        return on("POST", template, operation, handler);
    }

    public Routes on(String method, String template, String operation, Handler handler) {
        return on(method, template, request -> operation, handler);
    }

    /** For an address with several operations, which are derived from the request. */
    public Routes on(String method, String template, Function<Request, String> operation, Handler handler) {
        all.add(new Route(method, segments(template), operation, handler));
        return this;
    }

    public @Nullable Match find(Request request) {
        List<String> path = segments(request.path());
        for (Route route : all) {
            Map<String, String> variables = variables(route.template(), path);
            if (variables != null && route.method().equals(request.method())) {
                Request found = request.with(variables);
                return new Match(route.operation().apply(found), found, route.handler());
            }
        }
        return null;
    }

    private static @Nullable Map<String, String> variables(List<String> template, List<String> path) {
        if (template.size() != path.size()) {
            return null;
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String wanted = template.get(i);
            if (wanted.startsWith("{")) {
                variables.put(wanted.substring(1, wanted.length() - 1), path.get(i));
            } else if (!wanted.equals(path.get(i))) {
                return null;
            }
        }
        return variables;
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
