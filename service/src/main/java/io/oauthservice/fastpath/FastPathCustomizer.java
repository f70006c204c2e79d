package io.oauthservice.fastpath;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.tokencache.CachedResponse;
import io.oauthservice.tokencache.Lookup;
import io.oauthservice.tokencache.TokenCache;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * The fast path of the plain token read, in each connection behind the gate that refuses foreign hosts: key check, policy,
 * and an answer that was rendered once. Whatever is not plain, not ready or not allowed goes to regular request
 * handling, which answers the same.
 */
@Component
class FastPathCustomizer implements NettyServerCustomizer {

    private static final String PATH = "/oauth/token/";
    private static final String QUERY = "?org_id=";
    private static final Logger log = LoggerFactory.getLogger(FastPathCustomizer.class);

    private static final Set<String> USUAL_ACCEPT = Set.of(
            "*/*",
            "application/json",
            "application/json, */*",
            "application/json, text/plain, */*",
            "application/json, application/*+json",
            "application/problem+json, application/json");

    private final TokenCache hot;
    private final Callers callers;
    private final Timer timer;

    FastPathCustomizer(TokenCache hot, Callers callers, MeterRegistry registry) {
        this.hot = hot;
        this.callers = callers;
        this.timer = Timer.builder("oauth.token.reads.hot")
                .description("Token reads that were answered from memory, up to the moment they are written")
                .register(registry);
    }

    /** For HTTP/1.1, which callers speak; over HTTP/2 all reads take the ordinary way. */
    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, from) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
                pipeline.addBefore(NettyPipeline.HttpTrafficHandler, null, new FastPathHandler(this));
            }
        });
    }

    /** The response where it may be given as it is to the sender; null: regular request handling decides. */
    @Nullable
    HttpResponse find(HttpRequest request, InetSocketAddress from) {
        try {
            return findPlain(request, from);
        } catch (RuntimeException e) {
            // Whatever it is, regular handling has an answer for it, and an exception here would cost the connection.
            log.debug("A read from memory failed: {}", e.toString());
            return null;
        }
    }

    private @Nullable HttpResponse findPlain(HttpRequest request, InetSocketAddress from) {
        long start = System.nanoTime();
        Lookup key = HttpMethod.GET.equals(request.method()) ? key(request.uri()) : null;
        CachedResponse answer = key == null ? null : hot.find(key);
        HttpHeaders headers = request.headers();
        if (answer == null || !acceptsJson(headers) || !isForTheSender(answer, headers, from)) {
            return null;
        }
        HttpResponse response = answer.response(headers.get(HttpHeaderNames.IF_NONE_MATCH));
        timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return response;
    }

    /** Clients' usual spellings; anything else is negotiated by regular handling. */
    private static boolean acceptsJson(HttpHeaders headers) {
        String accept = headers.get(HttpHeaderNames.ACCEPT);
        return accept == null
                || (USUAL_ACCEPT.contains(accept)
                        && headers.getAll(HttpHeaderNames.ACCEPT).size() == 1);
    }

    private boolean isForTheSender(CachedResponse answer, HttpHeaders headers, InetSocketAddress from) {
        String authorization = headers.get(HttpHeaderNames.AUTHORIZATION);
        Optional<Caller> caller = authorization == null && Callers.isForwarded(headers::contains)
                ? Optional.empty()
                : callers.identify(authorization, from);
        // Only the standard answer is cached.
        return caller.isPresent() && !caller.get().plainAnswers() && answer.isFor(caller.get());
    }

    /** Exactly one parameter, and nothing in it that would have to be decoded. */
    private static @Nullable Lookup key(String uri) {
        int query = uri.indexOf('?');
        if (query < 0 || !uri.startsWith(PATH) || !uri.startsWith(QUERY, query)) {
            return null;
        }
        for (int i = query + QUERY.length(); i < uri.length(); i++) {
            switch (uri.charAt(i)) {
                case '%', '+', '&', ';' -> {
                    return null;
                }
                default -> {}
            }
        }
        return new Lookup(uri.substring(PATH.length(), query), uri.substring(query + QUERY.length()));
    }
}
