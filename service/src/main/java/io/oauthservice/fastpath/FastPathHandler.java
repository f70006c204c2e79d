package io.oauthservice.fastpath;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The fast path of one connection: responds in the order of the requests (RFC 9112 section 9.3.2), and passes requests
 * that it cannot serve to the next handler. All of it runs on the connection's event loop.
 */
final class FastPathHandler extends ChannelDuplexHandler {

    private final FastPath fastPath;

    /** Requests in regular handling whose responses are not complete; later requests have to queue behind them. */
    private int regular;

    /** The fast path has responded to the current request, of which only the end is still to be read. */
    private boolean answered;

    private boolean unflushed;

    /** Reading is paused until the client reads its responses. */
    private boolean paused;

    FastPathHandler(FastPath fastPath) {
        this.fastPath = fastPath;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            HttpResponse response = tryRespond(context, request);
            answered = response != null;
            if (response == null) {
                regular++;
            } else {
                unflushed = true;
                context.write(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
        }
        if (answered) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private @Nullable HttpResponse tryRespond(ChannelHandlerContext context, HttpRequest request) {
        return regular == 0 && isSimple(request) && context.channel().remoteAddress() instanceof InetSocketAddress from
                ? fastPath.respond(request, from)
                : null;
    }

    /** Whether it is well-formed, without a body, on a connection that stays open. */
    private static boolean isSimple(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.decoderResult().isSuccess()
                && HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && HttpUtil.isKeepAlive(request)
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (unflushed) {
            unflushed = false;
            context.flush();
            if (regular == 0) {
                // The next handlers did not see a request, so they do not request the next read.
                read(context);
            }
        }
        context.fireChannelReadComplete();
    }

    /** Does not read from a client that does not read its responses: they would accumulate in memory. */
    @Override
    public void read(ChannelHandlerContext context) {
        paused = !context.channel().isWritable();
        if (!paused) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (paused) {
            read(context);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof LastHttpContent && !isInterim(message)) {
            regular--;
        }
        super.write(context, message, promise);
    }

    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}
