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

/** The cookie that says that the browser that comes back is the one that left; one serves parallel flows. */
@Component
class BrowserBinding {

    private static final String NAME = "oauth_browser";
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Duration AGE = Duration.ofHours(1);

    private final boolean secure;

    BrowserBinding(PublicAddress address) {
        this.secure = address.isSecure();
    }

    /** The browser's value, given to it with this answer where it has none yet. */
    Secret of(ServerWebExchange exchange) {
        Secret value = find(exchange).orElseGet(RandomSecrets::next);
        exchange.getResponse().addCookie(cookie(value));
        return value;
    }

    /** Empty where the browser has none of ours. */
    Optional<Secret> find(ServerWebExchange exchange) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(name());
        return Optional.ofNullable(cookie)
                .map(HttpCookie::getValue)
                .filter(value -> VALUE.matcher(value).matches())
                .map(Secret::of);
    }

    /** {@code __Host-} keeps a sibling domain from setting it; browsers take it over https only. */
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
