package io.oauthservice.token;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.oauthservice.access.Caller;
import io.oauthservice.access.Callers;
import io.oauthservice.web.KnownHosts;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * The short way of the plain token read, in each connection before all that is made for a request: key check, policy,
 * and an answer that was rendered once. Whatever is not plain, not ready or not allowed takes the ordinary way, which
 * answers the same.
 */
@Component
class HotTokenServer implements NettyServerCustomizer {

    private static final String PATH = "/oauth/token/";
    private static final String QUERY = "?org_id=";

    private final HotTokens hot;
    private final Callers callers;
    private final KnownHosts hosts;
    private final Timer timer;

    HotTokenServer(HotTokens hot, Callers callers, KnownHosts hosts, MeterRegistry registry) {
        this.hot = hot;
        this.callers = callers;
        this.hosts = hosts;
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
                pipeline.addBefore(NettyPipeline.HttpTrafficHandler, null, new HotTokenHandler(this));
            }
        });
    }

    /** The answer where it may be given to who asks, as it is. */
    @Nullable
    HotToken find(HttpRequest request, InetSocketAddress from) {
        long start = System.nanoTime();
        Lookup key = HttpMethod.GET.equals(request.method()) ? key(request.uri()) : null;
        HotToken answer = key == null ? null : hot.find(key);
        if (answer == null || !isForTheSender(answer, request.headers(), from)) {
            return null;
        }
        timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return answer;
    }

    private boolean isForTheSender(HotToken answer, HttpHeaders headers, InetSocketAddress from) {
        if (!hosts.areMeantBy(headers.get(HttpHeaderNames.HOST))) {
            return false;
        }
        Optional<Caller> caller = callers.identify(headers.get(HttpHeaderNames.AUTHORIZATION), from);
        // Only the standard answer is kept ready.
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
