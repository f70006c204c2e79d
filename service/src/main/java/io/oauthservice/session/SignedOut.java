package io.oauthservice.session;

import java.net.URI;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * Where a browser wanted to go that is not signed in.
 *
 * @param status of the sign-in form
 * @param target the page to show after sign-in, as path and query
 */
record SignedOut(HttpStatus status, String target) {

    static final String HOME = "/";
    private static final String ATTRIBUTE = SignedOut.class.getName();

    /** What scripts request. */
    private static final Pattern PART = Pattern.compile("/ui/(list|stream|installations/[^/]+/current)");

    private static final int MAX_LENGTH = 2000;

    /** The list or one installation, with a query; nothing that changes anything. */
    private static final Pattern PAGE =
            Pattern.compile("/(ui/installations/[A-Za-z0-9-]{1,64})?(\\?([\\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+)?");

    /** What the form belongs to; a browser that opened the form itself goes to the list. */
    static SignedOut of(ServerWebExchange exchange) {
        return Objects.requireNonNullElse(exchange.getAttribute(ATTRIBUTE), new SignedOut(HttpStatus.OK, HOME));
    }

    static SignedOut from(ServerHttpRequest request) {
        URI address = request.getURI();
        if (isPart(request)) {
            return new SignedOut(HttpStatus.UNAUTHORIZED, HOME);
        }
        if (request.getMethod().equals(HttpMethod.POST)) {
            return new SignedOut(
                    HttpStatus.FORBIDDEN, target(address.getRawPath().replaceFirst("/[a-z]+$", "")));
        }
        String query = address.getRawQuery();
        return new SignedOut(HttpStatus.OK, target(address.getRawPath() + (query == null ? "" : "?" + query)));
    }

    static boolean isPart(ServerHttpRequest request) {
        return PART.matcher(request.getURI().getRawPath()).matches();
    }

    /** The target if it is a page of this service, otherwise the list. */
    static String target(@Nullable String target) {
        return target != null
                        && target.length() <= MAX_LENGTH
                        && PAGE.matcher(target).matches()
                ? target
                : HOME;
    }

    void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
