package io.oauthservice.web;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.server.ServerWebExchange;

/** Renders a problem as a page for people. A request that sets one gets it in place of the JSON problem. */
@FunctionalInterface
public interface ErrorPage {

    /**
     * Renders the page.
     *
     * @param status the problem's status
     * @param detail the problem's detail: what happened and what to do
     */
    ResponseEntity<String> show(HttpStatus status, String detail);

    /** Sets the page for all later failures of the request. */
    static void set(ServerWebExchange exchange, ErrorPage page) {
        exchange.getAttributes().put(ErrorPage.class.getName(), page);
    }

    static @Nullable ErrorPage of(ServerWebExchange exchange) {
        return exchange.getAttribute(ErrorPage.class.getName());
    }
}
