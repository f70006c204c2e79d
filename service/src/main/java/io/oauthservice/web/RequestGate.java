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
 * Rejects malformed and ambiguous requests and requests for unknown hosts, before any request handling. Responses to
 * earlier requests of the connection are written first. Then the connection is closed, because the end of a malformed
 * request is unknown.
 */
final class RequestGate extends ChannelDuplexHandler {

    /** Closing a connection with unread input resets it, and the client could lose the response. */
    private static final long LINGER_MILLIS = 1000;

    private final RequestRejections rejections;

    /** Accepted requests whose response is not complete. */
    private int unanswered;

    /** Whether the head of the response to the oldest of them is written. */
    private boolean responding;

    private @Nullable HttpResponse rejection;

    /** Whether the latest accepted request is rejected because of its body; otherwise a further request is rejected. */
    private boolean rejectsBody;

    private boolean closing;

    /** Bytes received of the latest request's body. */
    private long body;

    /** Of the latest request. */
    private String target = "";

    /** Decoded parts of requests. */
    private long received;

    /** Decoded heads of requests. */
    private long requests;

    /** The number of the request whose unused body has a time limit. */
    private long limited;

    /** Whether the input is being decoded. */
    private boolean reading;

    /** Whether the latest request was received completely, or there was none yet. */
    private boolean complete = true;

    private @Nullable ChannelHandlerContext context;

    RequestGate(RequestRejections rejections) {
        this.rejections = rejections;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** The number of decoded parts of requests. */
    long received() {
        return received;
    }

    /** Whether the next bytes belong to the head of a request. */
    boolean awaitsHead() {
        return complete && rejection == null;
    }

    /** Whether all requests are answered. */
    boolean isIdle() {
        return unanswered == 0;
    }

    /** Answers a request whose head does not arrive in time. */
    void rejectSlowHead() {
        ChannelHandlerContext here = context;
        if (rejection == null && here != null) {
            rejection = rejections.slowHead();
            rejectsBody = false;
            rejectWhenDue(here);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        received++;
        complete = message instanceof LastHttpContent;
        if (rejection != null) {
            ReferenceCountUtil.release(message);
            return;
        }
        rejection = message instanceof HttpObject part ? find(part) : null;
        if (rejection != null) {
            rejectsBody = !(message instanceof HttpRequest);
            ReferenceCountUtil.release(message);
            rejectWhenDue(context);
            return;
        }
        if (message instanceof HttpRequest) {
            requests++;
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    private @Nullable HttpResponse find(HttpObject part) {
        return part instanceof HttpRequest && unanswered >= EdgeServer.MAX_PIPELINED
                ? rejections.pipelineTooLong()
                : rejections.find(part, bodyWith(part), target);
    }

    /** The announced size of the body, or what was received of it. */
    private long bodyWith(HttpObject part) {
        if (part instanceof HttpRequest request) {
            body = 0;
            target = request.uri();
            // Without this header, getContentLength would look for WebSocket headers.
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
        reading = false;
        if (rejection == null) {
            limitUnusedBody(context);
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
            responding = true;
        }
        boolean last = message instanceof LastHttpContent && !interim;
        super.write(context, message, promise);
        if (last) {
            responding = false;
            unanswered--;
            if (rejection != null) {
                rejectWhenDue(context);
            } else {
                limitUnusedBody(context);
            }
        }
    }

    /**
     * A request that is answered without its body may send it nevertheless, but not for ever. While input is decoded, the end
     * of the request may be the next part: the fast path answers before it arrives, and needs no timer.
     */
    private void limitUnusedBody(ChannelHandlerContext context) {
        long answered = requests;
        if (reading || unanswered > 0 || complete || limited == answered) {
            return;
        }
        limited = answered;
        context.executor()
                .schedule(() -> {}, EdgeServer.BODY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(over -> {
                    if (requests == answered && !complete) {
                        close(context);
                    }
                });
    }

    private void rejectWhenDue(ChannelHandlerContext context) {
        HttpResponse response = rejection;
        if (closing || response == null) {
            return;
        }
        if (rejectsBody && unanswered == 0) {
            // The request was answered without its body.
            close(context, context.newSucceededFuture());
        } else if (unanswered == (rejectsBody ? 1 : 0) && !responding) {
            close(context, context.write(response));
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
