package io.oauthservice.database;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a connection on which a request was sent and no response arrived in time. */
final class ResponseTimeoutHandler extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger(ResponseTimeoutHandler.class);

    private final long limitNanos;

    // Used by the connection's event loop only.
    private boolean waiting;
    private long sentAt;
    private @Nullable Future<?> check;

    ResponseTimeoutHandler(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) throws Exception {
        if (!waiting) {
            waiting = true;
            sentAt = System.nanoTime();
            // A scheduled check reads the new time.
            if (check == null) {
                scheduleCheck(context, limitNanos);
            }
        }
        super.write(context, message, written);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting = false;
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting = false;
        if (check != null) {
            check.cancel(false);
        }
        context.fireChannelInactive();
    }

    private void scheduleCheck(ChannelHandlerContext context, long nanos) {
        check = context.executor().schedule(() -> check(context), nanos, TimeUnit.NANOSECONDS);
    }

    // The channel reports the outcome of the close.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void check(ChannelHandlerContext context) {
        check = null;
        if (!waiting) {
            return;
        }
        long left = limitNanos - (System.nanoTime() - sentAt);
        if (left > 0) {
            scheduleCheck(context, left);
            return;
        }
        log.warn(
                "PostgreSQL connection closed, no response in time: limit_ms={}",
                TimeUnit.NANOSECONDS.toMillis(limitNanos));
        context.close();
    }
}
