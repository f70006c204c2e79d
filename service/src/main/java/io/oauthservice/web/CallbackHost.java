package io.oauthservice.web;

import io.oauthservice.startup.Addresses;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** The host of the callback URLs. The browser's cookie belongs to one host, so a flow must start there. */
@Component
public class CallbackHost {

    private final URI base;

    CallbackHost(PublicAddress address) {
        this.base = address.callbackBase();
    }

    /** Whether the request was sent to it. */
    public boolean isRequested(ServerWebExchange exchange) {
        return isOrigin(
                base.getScheme() + "://" + exchange.getRequest().getHeaders().getFirst("Host"));
    }

    /** The URL of this request at the callback host. */
    public URI sameRequest(ServerWebExchange exchange) {
        URI request = exchange.getRequest().getURI();
        String query = request.getRawQuery();
        return URI.create(base + request.getRawPath() + (query == null ? "" : "?" + query));
    }

    /**
     * Whether a form was sent by one of its own pages, as far as the browser says so. Pages with the policy
     * {@code no-referrer} send the origin {@code null} (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
     */
    public boolean isSender(ServerWebExchange exchange) {
        String site = exchange.getRequest().getHeaders().getFirst("Sec-Fetch-Site");
        String origin = exchange.getRequest().getHeaders().getFirst("Origin");
        return (site == null || site.equals("same-origin"))
                && (origin == null || origin.equals("null") || isOrigin(origin));
    }

    private boolean isOrigin(@Nullable String text) {
        try {
            URI origin = new URI(String.valueOf(text));
            return origin.getHost() != null && Addresses.origin(origin).equals(base);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
