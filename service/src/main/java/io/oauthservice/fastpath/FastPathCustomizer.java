package io.oauthservice.fastpath;

import io.netty.channel.ChannelPipeline;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Adds the fast path to each connection, after {@code web.RequestGate} and before the handler of Reactor Netty. The
 * service speaks HTTP/1.1 only.
 */
@Component
class FastPathCustomizer implements NettyServerCustomizer {

    private final FastPath fastPath;

    FastPathCustomizer(FastPath fastPath) {
        this.fastPath = fastPath;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, from) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
                pipeline.addBefore(NettyPipeline.HttpTrafficHandler, null, new FastPathHandler(fastPath));
            }
        });
    }
}
