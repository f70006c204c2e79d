package io.oauthservice.web;

import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** Puts a {@link RequestGate} into each connection, and bounds how long a request's body may take. */
@Component
class EdgeServer implements NettyServerCustomizer {

    private static final Duration BODY_PAUSE = Duration.ofSeconds(5);
    private static final Duration WHOLE_BODY = Duration.ofSeconds(15);

    private final RequestRefusals refusals;

    EdgeServer(RequestRefusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.readTimeout(BODY_PAUSE).requestTimeout(WHOLE_BODY).doOnChannelInit((observer, channel, from) -> {
            ChannelPipeline pipeline = channel.pipeline();
            if (pipeline.get(NettyPipeline.HttpCodec) != null) {
                pipeline.addAfter(NettyPipeline.HttpCodec, null, new RequestGate(refusals));
            }
        });
    }
}
