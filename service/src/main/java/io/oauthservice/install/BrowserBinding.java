package io.oauthservice.install;

import io.oauthservice.core.Secret;
import io.oauthservice.web.PublicAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** The cookie that binds a state to the browser that started its flow. One cookie serves parallel flows. */
@Component
class BrowserBinding {

    private static final String NAME = "oauth_browser";
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Duration AGE = Duration.ofHours(1);

    private final boolean secure;

    BrowserBinding(PublicAddress address) {
        this.secure = address.isSecure();
    }

    /** The browser's value; the response sets a new one where the browser has none. */
    Secret of(ServerWebExchange exchange) {
        Secret value = find(exchange).orElseGet(RandomSecrets::next);
        exchange.getResponse().addCookie(cookie(value));
        return value;
    }

    /** Empty where the browser has no valid cookie. */
    Optional<Secret> find(ServerWebExchange exchange) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(name());
        return Optional.ofNullable(cookie)
                .map(HttpCookie::getValue)
                .filter(value -> VALUE.matcher(value).matches())
                .map(Secret::of);
    }

    /** The prefix {@code __Host-} prevents a sibling domain from setting it; browsers accept it over https only. */
    private String name() {
        return secure ? "__Host-" + NAME : NAME;
    }

    private ResponseCookie cookie(Secret value) {
        return ResponseCookie.from(name(), value.value())
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .path("/")
                .maxAge(AGE)
                .build();
    }
}
