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
 * One connection's share of the short way: answers in the order of the requests (RFC 9112 section 9.3.2), and leaves all
 * but the plainest requests to the handler behind it. All of it runs on the connection's event loop.
 */
final class FastPathHandler extends ChannelDuplexHandler {

    private final FastPathCustomizer server;

    /** Requests that took the ordinary way and are not answered to the end: what comes after them waits for them there. */
    private int ordinary;

    /** What is still to come of this request is its end. */
    private boolean answered;

    private boolean written;

    /** More could be read if the client read its answers. */
    private boolean heldBack;

    FastPathHandler(FastPathCustomizer server) {
        this.server = server;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            HttpResponse answer = find(context, request);
            answered = answer != null;
            if (answer == null) {
                ordinary++;
            } else {
                written = true;
                context.write(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
        }
        if (answered) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private @Nullable HttpResponse find(ChannelHandlerContext context, HttpRequest request) {
        return ordinary == 0 && isPlain(request) && context.channel().remoteAddress() instanceof InetSocketAddress from
                ? server.find(request, from)
                : null;
    }

    /** Well-formed, without a body, on a connection that stays open. */
    private static boolean isPlain(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return request.decoderResult().isSuccess()
                && HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && HttpUtil.isKeepAlive(request)
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (written) {
            written = false;
            context.flush();
            if (ordinary == 0) {
                // Nobody behind this handler knows that there was a request, so nobody asks for the next one.
                read(context);
            }
        }
        context.fireChannelReadComplete();
    }

    /** Not from a client that does not read its answers, or they would pile up here. */
    @Override
    public void read(ChannelHandlerContext context) {
        heldBack = !context.channel().isWritable();
        if (!heldBack) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (heldBack) {
            read(context);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof LastHttpContent && !isInterim(message)) {
            ordinary--;
        }
        super.write(context, message, promise);
    }

    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
}
