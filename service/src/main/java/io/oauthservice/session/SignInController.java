package io.oauthservice.session;

import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.core.Secret;
import io.oauthservice.web.Forms;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Opens a session for an API key, and closes it. */
@RestController
@Hidden
class SignInController {

    static final String PATH = "/ui/sign-in";
    private static final int MAX_KEY = 1000;
    private static final Logger log = LoggerFactory.getLogger(SignInController.class);

    private final SessionCookie cookie;
    private final BrowserSessions browsers;
    private final Callers callers;
    private final SignInLimit limit;
    private final SignInPage page;

    SignInController(
            SessionCookie cookie, BrowserSessions browsers, Callers callers, SignInLimit limit, SignInPage page) {
        this.cookie = cookie;
        this.browsers = browsers;
        this.callers = callers;
        this.limit = limit;
        this.page = page;
    }

    /** Also the response to every request of a browser that is not signed in. */
    @GetMapping(PATH)
    ResponseEntity<String> form(ServerWebExchange exchange) {
        SavedRequest saved = SavedRequest.of(exchange);
        if (saved.status() == HttpStatus.UNAUTHORIZED) {
            return ResponseEntity.status(saved.status())
                    .header("HX-Refresh", "true")
                    .build();
        }
        return page.show(saved.status(), cookie.of(exchange), saved.returnTo(), "");
    }

    @PostMapping(PATH)
    Mono<ResponseEntity<String>> signIn(ServerWebExchange exchange) {
        return Forms.read(exchange).flatMap(form -> signIn(form, exchange));
    }

    private Mono<ResponseEntity<String>> signIn(MultiValueMap<String, String> form, ServerWebExchange exchange) {
        String returnTo = SavedRequest.checkedReturnTo(form.getFirst(SavedRequest.RETURN_TO));
        Duration pause = limit.pause();
        if (pause.isPositive()) {
            return Mono.just(paused(pause, returnTo, exchange));
        }
        String key = Objects.requireNonNullElse(form.getFirst("key"), "").strip();
        String hash = Secret.of(key).sha256();
        Caller caller = key.length() > MAX_KEY ? null : callers.findClient(hash);
        if (caller == null) {
            limit.recordFailure();
            log.info("Sign-in failed: error=unknown or expired key");
            return Mono.just(page.show(
                    HttpStatus.FORBIDDEN,
                    cookie.of(exchange),
                    returnTo,
                    "This API key is not valid, or it has expired. Check it, or ask an operator for a new one."));
        }
        return browsers.open(new SessionOwner.ApiKey(hash), exchange)
                .doOnSuccess(opened -> log.info("Signed in: client={}", caller.name()))
                .thenReturn(Redirects.seeOther(URI.create(returnTo)));
    }

    private ResponseEntity<String> paused(Duration pause, String returnTo, ServerWebExchange exchange) {
        ResponseEntity<String> shown = page.show(
                HttpStatus.TOO_MANY_REQUESTS,
                cookie.of(exchange),
                returnTo,
                "Too many sign-ins have failed. Try again in a minute.");
        return ResponseEntity.status(shown.getStatusCode())
                .headers(shown.getHeaders())
                .header(HttpHeaders.RETRY_AFTER, Long.toString(pause.toSeconds() + 1))
                .body(shown.getBody());
    }

    @PostMapping("/ui/sign-out")
    Mono<ResponseEntity<String>> signOut(ServerWebExchange exchange) {
        Caller caller = Session.of(exchange).caller();
        return browsers.close(exchange)
                .doOnSuccess(closed -> log.info("Signed out: client={}", caller.name()))
                .thenReturn(Redirects.seeOther(URI.create(SavedRequest.HOME)));
    }
}
