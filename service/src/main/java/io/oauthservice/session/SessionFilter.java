package io.oauthservice.session;

import io.oauthservice.access.Caller;
import io.oauthservice.access.UiPaths;
import io.oauthservice.core.Secret;
import io.oauthservice.web.CallbackHost;
import io.oauthservice.web.ErrorPage;
import io.oauthservice.web.FilterOrder;
import io.oauthservice.web.Forms;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Identifies the callers of the page by their sessions, and rejects forms of other sites. A browser that is not signed
 * in gets the sign-in form. {@code AccessFilter}, which has the same order, handles all other paths.
 */
@Component
@Order(FilterOrder.AUTHENTICATION)
class SessionFilter implements WebFilter {

    private static final int CALLS_PER_LOOK_UP = 10;
    private static final Set<String> SIGN_IN =
            Set.of(SignInController.PATH, OidcController.START, OidcController.CALLBACK);
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final SessionCookie cookie;
    private final Sessions sessions;
    private final SessionOwners owners;
    private final CallbackHost host;
    private final SignInPage page;

    SessionFilter(SessionCookie cookie, Sessions sessions, SessionOwners owners, CallbackHost host, SignInPage page) {
        this.cookie = cookie;
        this.sessions = sessions;
        this.owners = owners;
        this.host = host;
        this.page = page;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!UiPaths.contains(exchange)) {
            return chain.filter(exchange);
        }
        ErrorPage.set(exchange, page::failed);
        if (SAFE.contains(exchange.getRequest().getMethod())) {
            return host.isRequested(exchange) || !isBrowser(exchange) ? identify(exchange, chain) : redirect(exchange);
        }
        return requireOwnForm(exchange).then(Mono.defer(() -> identify(exchange, chain)));
    }

    /** Health checks get the page at each of the service's hosts. */
    private static boolean isBrowser(ServerWebExchange exchange) {
        String accept = exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT);
        return accept != null && accept.contains(MediaType.TEXT_HTML_VALUE);
    }

    /** Cookies belong to one host, and a flow must start at the callback's. */
    private Mono<Void> redirect(ServerWebExchange exchange) {
        exchange.getResponse().setStatusCode(HttpStatus.FOUND);
        exchange.getResponse().getHeaders().setLocation(host.sameRequest(exchange));
        return exchange.getResponse().setComplete();
    }

    private Mono<Void> requireOwnForm(ServerWebExchange exchange) {
        Optional<Secret> id = cookie.find(exchange);
        if (!host.isSender(exchange) || id.isEmpty()) {
            return Mono.error(forgedFormProblem());
        }
        return Forms.read(exchange)
                .filter(form -> Session.isFormToken(id.get(), form.getFirst(Session.FORM_TOKEN)))
                .switchIfEmpty(Mono.error(SessionFilter::forgedFormProblem))
                .then();
    }

    private static ProblemException forgedFormProblem() {
        return new ProblemException(
                ProblemType.FORBIDDEN,
                "The form does not belong to this browser's session. Open the page again and repeat the action."
                        + " The browser must accept cookies");
    }

    private Mono<Void> identify(ServerWebExchange exchange, WebFilterChain chain) {
        if (SIGN_IN.contains(exchange.getRequest().getPath().value())) {
            return chain.filter(exchange);
        }
        return Mono.justOrEmpty(cookie.find(exchange))
                .flatMap(id -> session(id, isSentByPerson(exchange)))
                .singleOptional()
                .flatMap(session -> session.map(found -> proceed(found, exchange, chain))
                        .orElseGet(() -> chain.filter(toSignInForm(exchange))));
    }

    /** Requests of the page's script must not extend its session. htmx marks requests that a person has caused. */
    private static boolean isSentByPerson(ServerWebExchange exchange) {
        return !SavedRequest.isPart(exchange.getRequest())
                || exchange.getRequest().getHeaders().containsHeader("HX-Request");
    }

    /**
     * Empty where there is none, or its owner has no permission. Its row stays until it expires: this replica may not
     * know a new key or role yet.
     */
    private Mono<Session> session(Secret id, boolean extend) {
        return (extend ? sessions.use(id) : sessions.find(id))
                .flatMap(owner -> Mono.justOrEmpty(owners.caller(owner)).map(caller -> session(id, owner, caller)));
    }

    private Session session(Secret id, SessionOwner owner, Caller caller) {
        return new Session(caller, owners.displayName(owner, caller), Session.formToken(id), identification(id, owner));
    }

    /**
     * For a stream, which asks every second: the owner is checked each time, and the row from time to time. After a
     * look-up that failed, the next call looks the row up again.
     */
    private Supplier<Mono<Caller>> identification(Secret id, SessionOwner owner) {
        AtomicInteger calls = new AtomicInteger();
        return () -> {
            Mono<SessionOwner> valid = calls.incrementAndGet() < CALLS_PER_LOOK_UP
                    ? Mono.just(owner)
                    : sessions.find(id).doOnSuccess(found -> calls.set(0));
            return valid.flatMap(found -> Mono.justOrEmpty(owners.caller(found)));
        };
    }

    private static Mono<Void> proceed(Session session, ServerWebExchange exchange, WebFilterChain chain) {
        if (!session.caller().tryRequest()) {
            return Mono.error(ProblemException.rateLimited());
        }
        session.attachTo(exchange);
        session.caller().attachTo(exchange);
        return chain.filter(exchange);
    }

    private static ServerWebExchange toSignInForm(ServerWebExchange exchange) {
        SavedRequest.from(exchange.getRequest()).attachTo(exchange);
        return exchange.mutate().request(new FormRequest(exchange.getRequest())).build();
    }

    /** The same request for the sign-in form. Its attributes can be changed, unlike those of a mutated request. */
    private static final class FormRequest extends ServerHttpRequestDecorator {

        private final RequestPath path = RequestPath.parse(SignInController.PATH, "");

        FormRequest(ServerHttpRequest request) {
            super(request);
        }

        @Override
        public HttpMethod getMethod() {
            return HttpMethod.GET;
        }

        @Override
        public RequestPath getPath() {
            return path;
        }
    }
}
