package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Clients that send a head or read a response byte by byte, in simulated time. */
class SlowClientsTest {

    private static final String HEAD = "GET /x HTTP/1.1\r\nHost: localhost\r\n";

    private EmbeddedChannel channel;

    @BeforeEach
    void openChannel() {
        KnownHosts hosts = new KnownHosts(new PublicAddress(URI.create("http://localhost"), List.of()));
        RequestGate gate =
                new RequestGate(new RequestRejections(hosts, JsonMapper.shared(), List.of(), DataSize.ofMegabytes(1)));
        channel = new EmbeddedChannel(
                new HeadTimeoutHandler(gate, ConnectionLimitsCustomizer.HEAD_TIMEOUT),
                new SlowReaderHandler(ConnectionLimitsCustomizer.SLOW_READER_TIMEOUT),
                new HttpServerCodec(),
                gate);
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return all.toString();
    }

    @Test
    void aHeadThatArrivesByteByByteTimesOut() {
        for (int second = 0; second < 9; second++) {
            send(second == 0 ? HEAD : "x");
            pass(Duration.ofSeconds(1));
            assertThat(written()).isEmpty();
        }
        send("x");
        pass(Duration.ofSeconds(1));

        assertThat(written()).startsWith("HTTP/1.1 408").contains("urn:oauth-service:problem:too-slow");
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theNextRequestOfAConnectionHasItsOwnTime() {
        send(HEAD);
        pass(Duration.ofSeconds(9));
        send("\r\n");
        pass(Duration.ofSeconds(9));
        assertThat(written()).isEmpty();

        channel.writeOutbound(Unpooled.EMPTY_BUFFER);
        assertThat(channel.isOpen()).isTrue();
    }

    /** As the fast path does: the response is written while the request is decoded. */
    @Test
    void anImmediateResponseStartsNoTimer() {
        channel.pipeline().addLast(new Immediate());

        send((HEAD + "\r\n").repeat(3));

        assertThat(written()).startsWith("HTTP/1.1 200 OK").doesNotContain("408");
        assertThat(channel.runScheduledPendingTasks()).as("no timer").isEqualTo(-1);
    }

    @Test
    void aBodyThatNobodyWaitsForTimesOut() {
        channel.pipeline().addLast(new Immediate());
        send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");

        pass(Duration.ofSeconds(14));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isFalse();
    }

    private static final class Immediate extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                response.headers().set("Content-Length", 0);
                context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void aConnectionWithoutARequestIsLeftToTheIdleTimeout() {
        pass(Duration.ofMinutes(1));

        assertThat(written()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aSlowBodyIsNotAHead() {
        send("POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        send("1");
        pass(Duration.ofSeconds(11));

        assertThat(written()).isEmpty();
    }

    @Test
    void whileAnEarlierRequestIsInProgressTheNextHeadMayBeIncomplete() {
        send(HEAD + "\r\n");
        send("GET");
        pass(Duration.ofSeconds(25));

        assertThat(written()).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    private ChannelFuture fillBuffer() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 10));
        return channel.pipeline()
                .firstContext()
                .write(Unpooled.copiedBuffer("more than ten bytes", StandardCharsets.US_ASCII));
    }

    @Test
    void aClientThatDoesNotReadIsDisconnected() {
        ChannelFuture written = fillBuffer();
        channel.runPendingTasks();
        assertThat(channel.isWritable()).isFalse();
        pass(Duration.ofSeconds(59));
        assertThat(channel.isOpen()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(channel.isOpen()).isFalse();
        assertThat(written.isSuccess()).isFalse();
    }

    @Test
    void aClientThatReadsInTimeStaysConnected() {
        ChannelFuture written = fillBuffer();
        pass(Duration.ofSeconds(59));
        channel.flush();
        channel.runPendingTasks();
        pass(Duration.ofSeconds(59));

        assertThat(written.isSuccess()).isTrue();
        assertThat(channel.isOpen()).isTrue();
    }
}
