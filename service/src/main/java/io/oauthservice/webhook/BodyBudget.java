package io.oauthservice.webhook;

import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/** Bounds the memory that bodies of webhooks may hold at the same time, before their signatures are known. */
final class BodyBudget {

    private static final long MAX_IN_FLIGHT = 64L * 1024 * 1024;

    /**
     * The size of a usual body. This part of each body has a separate budget, so that large bodies do not block usual
     * ones.
     */
    private static final int USUAL = 64 * 1024;

    private final AtomicLong usual = new AtomicLong();
    private final AtomicLong large = new AtomicLong();

    Body body(int maxSize) {
        return new Body(maxSize);
    }

    /** One body as it arrives. */
    final class Body {

        private final int maxSize;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private int inUsual;
        private int inLarge;

        private Body(int maxSize) {
            this.maxSize = maxSize;
        }

        /** Takes the buffer's bytes and releases it. Fails with 413 or 503 beyond the bounds. */
        byte[] add(DataBuffer buffer) {
            try {
                byte[] bytes = new byte[buffer.readableByteCount()];
                reserve(bytes.length);
                buffer.read(bytes);
                received.writeBytes(bytes);
                return bytes;
            } finally {
                DataBufferUtils.release(buffer);
            }
        }

        private void reserve(int length) {
            if (received.size() + length > maxSize) {
                throw new ProblemException(
                        ProblemType.TOO_LARGE, "A webhook of this platform has at most " + maxSize + " bytes");
            }
            int size = received.size() + length;
            int first = Math.min(size, USUAL);
            take(usual, first - inUsual);
            inUsual = first;
            take(large, size - first - inLarge);
            inLarge = size - first;
        }

        private void take(AtomicLong budget, int bytes) {
            if (budget.addAndGet(bytes) > MAX_IN_FLIGHT) {
                budget.addAndGet(-bytes);
                throw new ProblemException(
                                ProblemType.BUSY, "Too many webhooks are being received. Send this one again later")
                        .retryAfter(Duration.ofSeconds(5));
            }
        }

        byte[] bytes() {
            return received.toByteArray();
        }

        /** Gives back what the body has taken. */
        void close() {
            usual.addAndGet(-inUsual);
            large.addAndGet(-inLarge);
        }
    }
}
