package io.oauthservice.session;

import io.oauthservice.core.Secret;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Opens and closes the sessions of browsers. Each session has a new id, and so has a browser that has signed out. */
@Component
class BrowserSessions {

    private final SessionCookie cookie;
    private final Sessions sessions;

    BrowserSessions(SessionCookie cookie, Sessions sessions) {
        this.cookie = cookie;
        this.sessions = sessions;
    }

    Mono<Void> open(SessionOwner owner, ServerWebExchange exchange) {
        Secret before = cookie.of(exchange);
        return sessions.close(before).then(Mono.defer(() -> sessions.open(cookie.renew(exchange), owner)));
    }

    Mono<Void> close(ServerWebExchange exchange) {
        return sessions.close(cookie.of(exchange)).doOnSuccess(closed -> cookie.renew(exchange));
    }
}
