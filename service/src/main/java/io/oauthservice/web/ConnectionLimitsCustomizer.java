package io.oauthservice.web;

import io.netty.channel.ChannelPipeline;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Adds a {@link RequestGate} to each connection, and limits connections and the time to send a request and
 * to read a response. docs/configuration.md lists the limits.
 */
@Component
class ConnectionLimitsCustomizer implements NettyServerCustomizer {

    static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);
    static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    static final Duration BODY_TIMEOUT = Duration.ofSeconds(15);
    static final Duration SLOW_READER_TIMEOUT = Duration.ofSeconds(60);
    static final int MAX_CONNECTIONS = 10_000;
    static final int MAX_PIPELINED = 128;

    /** Netty loses the responses to earlier requests beyond its own limit, which therefore is only the last resort. */
    private static final int MAX_DECODED = 10_000;

    private final RequestRejections rejections;

    ConnectionLimitsCustomizer(RequestRejections rejections) {
        this.rejections = rejections;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.readTimeout(READ_TIMEOUT)
                .requestTimeout(BODY_TIMEOUT)
                .maxConnections(MAX_CONNECTIONS)
                .maxPipelineDepth(MAX_DECODED)
                .doOnChannelInit((observer, channel, from) -> {
                    ChannelPipeline pipeline = channel.pipeline();
                    if (pipeline.get(NettyPipeline.HttpCodec) != null) {
                        RequestGate gate = new RequestGate(rejections);
                        pipeline.addBefore(NettyPipeline.HttpCodec, null, new HeadTimeoutHandler(gate, HEAD_TIMEOUT));
                        pipeline.addBefore(NettyPipeline.HttpCodec, null, new SlowReaderHandler(SLOW_READER_TIMEOUT));
                        pipeline.addAfter(NettyPipeline.HttpCodec, null, gate);
                    }
                });
    }
}
