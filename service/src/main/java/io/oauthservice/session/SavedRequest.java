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
 * The request of a browser that is not signed in, which gets the sign-in form instead.
 *
 * @param status of the sign-in form
 * @param returnTo the page to show after sign-in, as path and query
 */
record SavedRequest(HttpStatus status, String returnTo) {

    static final String HOME = "/";

    /** The parameter of the sign-in form and of the sign-in at the OpenID provider. */
    static final String RETURN_TO = "return_to";

    private static final String ATTRIBUTE = SavedRequest.class.getName();

    /** What scripts request. */
    private static final Pattern PART = Pattern.compile("/ui/(list|stream|installations/[^/]+/current)");

    private static final int MAX_LENGTH = 2000;

    /** The list or one installation, with a query; nothing that changes anything. */
    private static final Pattern PAGE =
            Pattern.compile("/(ui/installations/[A-Za-z0-9-]{1,64})?(\\?([\\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+)?");

    /** What the form belongs to; a browser that opened the form itself goes to the list. */
    static SavedRequest of(ServerWebExchange exchange) {
        return Objects.requireNonNullElse(exchange.getAttribute(ATTRIBUTE), new SavedRequest(HttpStatus.OK, HOME));
    }

    static SavedRequest from(ServerHttpRequest request) {
        URI address = request.getURI();
        if (isPart(request)) {
            return new SavedRequest(HttpStatus.UNAUTHORIZED, HOME);
        }
        // A form's address is its page's with the action appended.
        if (request.getMethod().equals(HttpMethod.POST)) {
            return new SavedRequest(
                    HttpStatus.FORBIDDEN, checkedReturnTo(address.getRawPath().replaceFirst("/[a-z]+$", "")));
        }
        String query = address.getRawQuery();
        return new SavedRequest(
                HttpStatus.OK, checkedReturnTo(address.getRawPath() + (query == null ? "" : "?" + query)));
    }

    static boolean isPart(ServerHttpRequest request) {
        return PART.matcher(request.getURI().getRawPath()).matches();
    }

    /** The same address if it is a page of this service, otherwise the list. */
    static String checkedReturnTo(@Nullable String address) {
        return address != null
                        && address.length() <= MAX_LENGTH
                        && PAGE.matcher(address).matches()
                ? address
                : HOME;
    }

    void attachTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
