package io.oauthservice.session;

import io.oauthservice.core.Secret;
import io.oauthservice.web.BrowserCookie;
import io.oauthservice.web.PublicAddress;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * The cookie with the id of a browser's session. A browser that has not signed in has an id too, for its form's token.
 */
@Component
class SessionCookie {

    private final BrowserCookie cookie;

    SessionCookie(PublicAddress address) {
        this.cookie = new BrowserCookie("oauth_session", null, address);
    }

    /** Empty where the browser has no valid cookie. */
    Optional<Secret> find(ServerWebExchange exchange) {
        return cookie.find(exchange);
    }

    /** The browser's id; the response sets a new one where the browser has none. */
    Secret of(ServerWebExchange exchange) {
        return find(exchange).orElseGet(() -> renew(exchange));
    }

    /** Gives the browser a new id, so that an id that another site has given it never becomes a session. */
    Secret renew(ServerWebExchange exchange) {
        Secret id = Secret.random();
        cookie.set(exchange, id);
        return id;
    }
}
