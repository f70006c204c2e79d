package io.oauthservice.token;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.web.KnownHosts;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The short way of the plain token read, below filters and dispatcher: key check, policy, and bytes that were rendered
 * once. Whatever is not plain, not ready or not allowed takes the ordinary way, which answers the same.
 */
@Component
class HotTokenHandler implements HttpHandlerDecoratorFactory {

    private static final String PATH = "/oauth/token/";
    private static final String QUERY = "org_id=";
    private static final String MANAGEMENT = "management";

    private final HotTokens hot;
    private final Callers callers;
    private final KnownHosts hosts;
    private final Timer timer;
    private volatile int managementPort = -1;

    HotTokenHandler(HotTokens hot, Callers callers, KnownHosts hosts, MeterRegistry registry) {
        this.hot = hot;
        this.callers = callers;
        this.hosts = hosts;
        this.timer = Timer.builder("oauth.token.reads.hot")
                .description("Token reads that were answered from memory, up to the moment they are written")
                .register(registry);
    }

    @Override
    public HttpHandler apply(HttpHandler ordinary) {
        return (request, response) -> {
            long start = System.nanoTime();
            HotToken answer = find(request);
            if (answer == null) {
                return ordinary.handle(request, response);
            }
            timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return write(answer, request, response);
        };
    }

    /** The handler stands before every server of this process, and tokens are no business of the management port. */
    @EventListener
    void started(WebServerInitializedEvent event) {
        if (MANAGEMENT.equals(event.getApplicationContext().getServerNamespace())) {
            managementPort = event.getWebServer().getPort();
        }
    }

    private boolean isOnManagementPort(ServerHttpRequest request) {
        InetSocketAddress local = request.getLocalAddress();
        return local != null && local.getPort() == managementPort;
    }

    private @Nullable HotToken find(ServerHttpRequest request) {
        Lookup key = HttpMethod.GET.equals(request.getMethod()) ? key(request) : null;
        HotToken answer = key == null ? null : hot.find(key);
        if (answer == null || isOnManagementPort(request) || !hosts.areMeantBy(request)) {
            return null;
        }
        Optional<Caller> caller = callers.identify(request);
        return caller.isPresent() && answer.isFor(caller.get()) ? answer : null;
    }

    /** Exactly one parameter, and nothing in it that would have to be decoded. */
    private static @Nullable Lookup key(ServerHttpRequest request) {
        String path = request.getURI().getRawPath();
        String query = request.getURI().getRawQuery();
        if (query == null || !path.startsWith(PATH) || !query.startsWith(QUERY)) {
            return null;
        }
        String orgId = query.substring(QUERY.length());
        boolean plain = orgId.chars().noneMatch(c -> c == '%' || c == '+' || c == '&' || c == ';');
        return plain ? new Lookup(path.substring(PATH.length()), orgId) : null;
    }

    private static Mono<Void> write(HotToken answer, ServerHttpRequest request, ServerHttpResponse response) {
        HttpHeaders headers = response.getHeaders();
        headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
        headers.set(HttpHeaders.ETAG, answer.etag());
        headers.set("X-Content-Type-Options", "nosniff");
        String known = request.getHeaders().getFirst(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(answer.etag())) {
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            return response.setComplete();
        }
        headers.set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        headers.setContentLength(answer.json().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer.json())));
    }
}
