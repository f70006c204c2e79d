package io.oauthservice.web;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits the time for the head of a request. A client that sends it byte by byte is never idle, so that the idle
 * timeout does not end its connection.
 */
final class HeadTimeoutHandler extends ChannelInboundHandlerAdapter {

    private final RequestGate gate;
    private final Duration timeout;

    /** Runs while a head is incomplete. A request that arrives in one piece starts no timer. */
    private @Nullable Future<?> timer;

    HeadTimeoutHandler(RequestGate gate, Duration timeout) {
        this.gate = gate;
        this.timeout = timeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        long before = gate.partsReceived();
        context.fireChannelRead(message);
        if (gate.partsReceived() != before) {
            cancel();
        } else if (timer == null && gate.awaitsHead()) {
            start(context);
        }
    }

    private void start(ChannelHandlerContext context) {
        timer = context.executor().schedule(() -> expire(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** While earlier requests are in progress, reading may be paused, which is not the client's fault. */
    private void expire(ChannelHandlerContext context) {
        timer = null;
        if (gate.isIdle()) {
            gate.rejectSlowHead();
        } else {
            start(context);
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }
}
