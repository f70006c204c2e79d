package io.oauthservice.tokencache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.FullHttpResponse;
import io.oauthservice.access.Caller;
import io.oauthservice.audit.TokenReadCounters;
import io.oauthservice.installation.Installation;
import io.oauthservice.web.ETag;
import io.oauthservice.web.RenderedJson;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A token with its response, and what decides whether it may be served without reading the database. */
public final class CachedResponse {

    private final LiveToken live;
    private final Installation installation;
    private final boolean narrowed;
    private final Instant servableUntil;
    private final TokenPolicy policy;
    private final TokenReadCounters readCounters;
    private final JsonMapper json;
    private volatile long revalidatedAt;

    /** Not volatile: two threads may both render it, with the same result. */
    private @Nullable RenderedJson rendered;

    /** Not volatile: a lost access delays the next revalidation at most. */
    private boolean accessed;

    /**
     * @param servableUntil from then on the token has to be refreshed before it is served
     * @param json renders the token when the fast path first serves it
     * @param readAt by {@link System#nanoTime()}, before the database was read
     */
    CachedResponse(LiveToken live, Instant servableUntil, JsonMapper json, long readAt) {
        this(live, live.installation(), false, servableUntil, json, readAt);
    }

    /**
     * @param installation as it was read; a narrowed token outlives the stored token that was current when it was
     *     issued
     * @param narrowed whether it covers only a part of the grant; {@link NarrowedTokens} finds it by the caller's
     *     ceiling, so that {@link #permits} need not compare that
     */
    CachedResponse(
            LiveToken live,
            Installation installation,
            boolean narrowed,
            Instant servableUntil,
            JsonMapper json,
            long readAt) {
        this.live = live;
        this.installation = installation;
        this.narrowed = narrowed;
        this.servableUntil = servableUntil;
        this.policy = TokenPolicy.of(installation, live.organisation());
        this.readCounters = live.readCounters();
        this.json = json;
        this.revalidatedAt = readAt;
    }

    public LiveToken live() {
        return live;
    }

    /** The counters of this token's reads by the fast path, by caller. */
    public TokenReadCounters readCounters() {
        return readCounters;
    }

    Installation installation() {
        return installation;
    }

    public boolean permits(Caller caller) {
        return narrowed ? policy.permits(caller) : policy.permitsWhole(caller);
    }

    boolean needsRefresh(Instant now) {
        return !now.isBefore(servableUntil);
    }

    /**
     * A new response each time, which shares its body and its headers with the others.
     *
     * @param ifNoneMatch the request's header: 304 if it names this response
     */
    public FullHttpResponse response(@Nullable String ifNoneMatch) {
        RenderedJson token = rendered;
        if (token == null) {
            token = render();
            rendered = token;
        }
        return token.response(ifNoneMatch);
    }

    private RenderedJson render() {
        byte[] body = json.writeValueAsBytes(TokenResponse.of(live));
        return RenderedJson.of(TokenResponse.etag(live), direct(body), ETag.NO_STORE);
    }

    /** Outside the heap, so that connections write it without a copy. Freed with the last of its duplicates. */
    private static ByteBuf direct(byte[] body) {
        ByteBuffer direct = ByteBuffer.allocateDirect(body.length).put(body).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    }

    /** When the database last confirmed it, by {@link System#nanoTime()}. */
    long revalidatedAt() {
        return revalidatedAt;
    }

    /** @param at by {@link System#nanoTime()}, before the database was asked */
    void markRevalidated(long at) {
        revalidatedAt = at;
    }

    void markAccessed() {
        if (!accessed) {
            accessed = true;
        }
    }

    /** Whether it was accessed since the last call: what is not in use needs no revalidation. */
    boolean clearAccessed() {
        boolean before = accessed;
        accessed = false;
        return before;
    }
}
