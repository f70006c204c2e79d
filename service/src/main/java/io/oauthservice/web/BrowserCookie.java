package io.oauthservice.web;

import io.oauthservice.core.Secret;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseCookie.ResponseCookieBuilder;
import org.springframework.web.server.ServerWebExchange;

/** A cookie by which the service recognises a browser. Scripts and other sites cannot read it. */
public final class BrowserCookie {

    private final String name;
    private final boolean secure;
    private final @Nullable Duration age;

    /** @param age null: it ends with the browser */
    public BrowserCookie(String name, @Nullable Duration age, PublicAddress address) {
        this.secure = address.isSecure();
        // The prefix prevents a sibling domain from setting it; browsers accept it over https only.
        this.name = secure ? "__Host-" + name : name;
        this.age = age;
    }

    /** Empty where the browser has no valid cookie. */
    public Optional<Secret> find(ServerWebExchange exchange) {
        return value(exchange).flatMap(Secret::parseRandom);
    }

    /** The value that the browser sends, unchecked. Empty if there is no cookie. */
    public Optional<String> value(ServerWebExchange exchange) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(name);
        return Optional.ofNullable(cookie).map(HttpCookie::getValue);
    }

    public void set(ServerWebExchange exchange, Secret value) {
        set(exchange, value.value());
    }

    /** Sets a value of the characters that a cookie may have. */
    public void set(ServerWebExchange exchange, String value) {
        set(exchange, value, age);
    }

    /** Deletes the cookie in the browser. */
    public void remove(ServerWebExchange exchange) {
        set(exchange, "", Duration.ZERO);
    }

    /** {@code Lax}, because the provider redirects people back here. */
    private void set(ServerWebExchange exchange, String value, @Nullable Duration lifetime) {
        ResponseCookieBuilder cookie = ResponseCookie.from(name, value)
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .path("/");
        exchange.getResponse().addCookie((lifetime == null ? cookie : cookie.maxAge(lifetime)).build());
    }
}
