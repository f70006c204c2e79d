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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rejects malformed and ambiguous requests and requests for unknown hosts, before any request handling. Responses to
 * earlier requests of the connection are written first. Then the connection is closed, because the end of a malformed
 * request is unknown.
 */
final class RequestGate extends ChannelDuplexHandler {

    /** Closing a connection with unread input resets it, and the client could lose the response. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final RequestRejections rejections;

    /** Accepted requests whose response is not complete. */
    private int unanswered;

    /** Whether the head of the response to the oldest of them is written. */
    private boolean responseStarted;

    private @Nullable HttpResponse rejection;

    /** Whether the latest accepted request is rejected because of its body; otherwise a further request is rejected. */
    private boolean rejectsBody;

    private boolean closing;

    /** Bytes received of the latest request's body. */
    private long bodySize;

    /** Of the latest request. */
    private String target = "";

    private long partsReceived;

    private long requestsReceived;

    /** The number of the request whose unused body has a time limit. */
    private long bodyLimitedFor;

    /** Whether the input is being decoded. */
    private boolean reading;

    /** Whether the latest request was received completely, or there was none yet. */
    private boolean requestComplete = true;

    private @Nullable ChannelHandlerContext context;

    RequestGate(RequestRejections rejections) {
        this.rejections = rejections;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** The number of decoded parts of requests. */
    long partsReceived() {
        return partsReceived;
    }

    /** Whether the next bytes belong to the head of a request. */
    boolean awaitsHead() {
        return requestComplete && rejection == null;
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
        partsReceived++;
        requestComplete = message instanceof LastHttpContent;
        if (rejection != null) {
            ReferenceCountUtil.release(message);
            return;
        }
        rejection = message instanceof HttpObject part ? rejectionOf(part) : null;
        if (rejection != null) {
            rejectsBody = !(message instanceof HttpRequest);
            ReferenceCountUtil.release(message);
            rejectWhenDue(context);
            return;
        }
        if (message instanceof HttpRequest) {
            requestsReceived++;
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    private @Nullable HttpResponse rejectionOf(HttpObject part) {
        return part instanceof HttpRequest && unanswered >= ConnectionLimitsCustomizer.MAX_PIPELINED
                ? rejections.pipelineTooLong()
                : rejections.rejectionOf(part, bodyWith(part), target);
    }

    /** The announced size of the body, or what was received of it. */
    private long bodyWith(HttpObject part) {
        if (part instanceof HttpRequest request) {
            bodySize = 0;
            target = request.uri();
            // Without this header, getContentLength would look for WebSocket headers.
            boolean announced =
                    part.decoderResult().isSuccess() && request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
            return announced ? HttpUtil.getContentLength(request, 0L) : 0;
        }
        if (part instanceof HttpContent content) {
            bodySize += content.content().readableBytes();
        }
        return bodySize;
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
            responseStarted = true;
        }
        boolean last = message instanceof LastHttpContent && !interim;
        super.write(context, message, promise);
        if (last) {
            responseStarted = false;
            unanswered--;
            if (rejection != null) {
                rejectWhenDue(context);
            } else {
                limitUnusedBody(context);
            }
        }
    }

    /**
     * A request that is answered without its body may still send it, within a limit. While input is decoded, the end of
     * the request may be the next part: the fast path answers before it arrives, and needs no timer.
     */
    private void limitUnusedBody(ChannelHandlerContext context) {
        if (reading || unanswered > 0 || requestComplete || bodyLimitedFor == requestsReceived) {
            return;
        }
        long answered = requestsReceived;
        bodyLimitedFor = answered;
        schedule(context, ConnectionLimitsCustomizer.BODY_TIMEOUT, () -> {
            if (requestsReceived == answered && !requestComplete) {
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
        } else if (unanswered == (rejectsBody ? 1 : 0) && !responseStarted) {
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
                schedule(context, LINGER, () -> close(context));
            } else {
                close(context);
            }
        });
    }

    private static void schedule(ChannelHandlerContext context, Duration delay, Runnable action) {
        var unused = context.executor().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void close(ChannelHandlerContext context) {
        context.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
