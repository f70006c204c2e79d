package io.oauthservice.web;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what no request handling may see: requests that are malformed, meant for another host, or ambiguous. Answers
 * to earlier requests of the connection are written first, then the refusal, and the connection is closed: where a
 * malformed request ends is unknown.
 */
final class RequestGate extends ChannelDuplexHandler {

    /** A connection closed with unread input is reset, and the refusal could be lost with it. */
    private static final long LINGER_MILLIS = 1000;

    private final RequestRefusals refusals;

    /** Requests that were let through and are not answered to the end. */
    private int unanswered;

    /** The head of the answer to the oldest of them is written. */
    private boolean answering;

    private @Nullable HttpResponse refusal;

    /** Refused is the oldest unanswered request itself, by its body; otherwise a request behind all of them. */
    private boolean refusesBody;

    private boolean closing;

    /** Bytes that have come of the latest request's body. */
    private long body;

    RequestGate(RequestRefusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusal != null) {
            ReferenceCountUtil.release(message);
            return;
        }
        refusal = message instanceof HttpObject part ? refusals.find(part, bodyWith(part)) : null;
        if (refusal != null) {
            refusesBody = !(message instanceof HttpRequest);
            ReferenceCountUtil.release(message);
            refuseWhenDue(context);
            return;
        }
        if (message instanceof HttpRequest) {
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    /** What the request says that its body will have, or what has come of it. */
    private long bodyWith(HttpObject part) {
        if (part instanceof HttpRequest request) {
            body = 0;
            // Asked for first: without the header the look-up continues with those of WebSockets.
            boolean announced =
                    part.decoderResult().isSuccess() && request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
            return announced ? HttpUtil.getContentLength(request, 0L) : 0;
        }
        if (part instanceof HttpContent content) {
            body += content.content().readableBytes();
        }
        return body;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (refusal == null) {
            context.fireChannelReadComplete();
        } else {
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (closing) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (message instanceof HttpResponse && !interim) {
            answering = true;
        }
        boolean last = message instanceof LastHttpContent && !interim;
        super.write(context, message, promise);
        if (last) {
            answering = false;
            unanswered--;
            if (refusal != null) {
                refuseWhenDue(context);
            }
        }
    }

    private void refuseWhenDue(ChannelHandlerContext context) {
        HttpResponse answer = refusal;
        if (closing || answer == null) {
            return;
        }
        if (refusesBody && unanswered == 0) {
            // Answered without its body.
            close(context, context.newSucceededFuture());
        } else if (unanswered == (refusesBody ? 1 : 0) && !answering) {
            close(context, context.write(answer));
        }
    }

    private void close(ChannelHandlerContext context, ChannelFuture written) {
        closing = true;
        context.flush();
        written.addListener(done -> {
            if (done.isSuccess() && context.channel() instanceof DuplexChannel connection) {
                connection.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                context.read();
                context.executor()
                        .schedule(() -> {}, LINGER_MILLIS, TimeUnit.MILLISECONDS)
                        .addListener(over -> close(context));
            } else {
                close(context);
            }
        });
    }

    private static void close(ChannelHandlerContext context) {
        context.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
