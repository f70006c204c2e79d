package io.oauthservice.access;

import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** The paths of the UI, whose callers are identified by their sessions alone. */
public final class UiPaths {

    private static final List<PathPattern> PATTERNS = List.of(pattern("/"), pattern("/ui/**"));

    private UiPaths() {}

    static PathPattern pattern(String path) {
        return PathPatternParser.defaultInstance.parse(path);
    }

    /** Whether the request is sent to one of them. */
    public static boolean contains(ServerWebExchange exchange) {
        return contains(exchange.getRequest().getPath().pathWithinApplication());
    }

    static boolean contains(PathContainer path) {
        return PATTERNS.stream().anyMatch(pattern -> pattern.matches(path));
    }
}
