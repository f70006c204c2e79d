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

/** Closes a connection on which something was asked and nothing was heard for too long. */
final class SilenceHandler extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger(SilenceHandler.class);

    private final long limitNanos;

    // All of the connection's own event loop.
    private boolean asked;
    private long askedAt;
    private @Nullable Future<?> look;

    SilenceHandler(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) throws Exception {
        if (!asked) {
            asked = true;
            askedAt = System.nanoTime();
            // A look that is under way already finds the new time when it comes round.
            if (look == null) {
                lookIn(context, limitNanos);
            }
        }
        super.write(context, message, written);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        asked = false;
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        asked = false;
        if (look != null) {
            look.cancel(false);
        }
        context.fireChannelInactive();
    }

    private void lookIn(ChannelHandlerContext context, long nanos) {
        look = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    // How the closing goes is heard on the channel.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void look(ChannelHandlerContext context) {
        look = null;
        if (!asked) {
            return;
        }
        long left = limitNanos - (System.nanoTime() - askedAt);
        if (left > 0) {
            lookIn(context, left);
            return;
        }
        log.warn("A connection to PostgreSQL has fallen silent and is closed");
        context.close();
    }
}
