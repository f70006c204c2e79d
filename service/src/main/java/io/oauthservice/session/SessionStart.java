package io.oauthservice.session;

import io.oauthservice.core.Secret;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Opens the session of a browser, under a new id. */
@Component
class SessionStart {

    private final SessionCookie cookie;
    private final Sessions sessions;

    SessionStart(SessionCookie cookie, Sessions sessions) {
        this.cookie = cookie;
        this.sessions = sessions;
    }

    Mono<Void> open(SessionOwner owner, ServerWebExchange exchange) {
        Secret before = cookie.of(exchange);
        return sessions.close(before).then(Mono.defer(() -> sessions.open(cookie.renew(exchange), owner)));
    }
}
