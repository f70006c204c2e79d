package io.oauthservice.web;

import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** Adds a {@link RequestGate} to each connection, and limits the time for a request's body. */
@Component
class EdgeServer implements NettyServerCustomizer {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(15);

    private final RequestRejections rejections;

    EdgeServer(RequestRejections rejections) {
        this.rejections = rejections;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.readTimeout(READ_TIMEOUT)
                .requestTimeout(BODY_TIMEOUT)
                .doOnChannelInit((observer, channel, from) -> {
                    ChannelPipeline pipeline = channel.pipeline();
                    if (pipeline.get(NettyPipeline.HttpCodec) != null) {
                        pipeline.addAfter(NettyPipeline.HttpCodec, null, new RequestGate(rejections));
                    }
                });
    }
}
