package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.web.BrowserCookie;
import io.oauthservice.web.PublicAddress;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** The cookie that binds a state to the browser that started its flow. One cookie serves parallel flows. */
@Component
class BrowserBinding {

    private static final Duration AGE = Duration.ofHours(1);

    private final BrowserCookie cookie;

    BrowserBinding(PublicAddress address) {
        this.cookie = new BrowserCookie("oauth_browser", AGE, address);
    }

    /** The browser's value, or a new one where it has none. The response always sets the cookie, which renews it. */
    Secret of(ServerWebExchange exchange) {
        Secret value = find(exchange).orElseGet(Secret::random);
        cookie.set(exchange, value);
        return value;
    }

    /** Empty where the browser has no valid cookie. */
    Optional<Secret> find(ServerWebExchange exchange) {
        return cookie.find(exchange);
    }
}
