package io.oauthservice.web;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.server.ServerWebExchange;

/** How an error is shown to a person: in a request that set one, a failure becomes this page in place of JSON. */
@FunctionalInterface
public interface ErrorPage {

    /**
     * The page.
     *
     * @param status the problem's
     * @param detail the problem's: what happened and what to do
     */
    ResponseEntity<String> show(HttpStatus status, String detail);

    /** From now on a failure of this request is answered with the page. */
    static void set(ServerWebExchange exchange, ErrorPage page) {
        exchange.getAttributes().put(ErrorPage.class.getName(), page);
    }

    static @Nullable ErrorPage of(ServerWebExchange exchange) {
        return exchange.getAttribute(ErrorPage.class.getName());
    }
}
