package io.oauthservice.tokencache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import io.oauthservice.access.Caller;
import io.oauthservice.installation.Installation;
import io.oauthservice.web.ETag;
import io.oauthservice.web.SecurityHeaders;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** An answer that was rendered once, and everything that decides whether it may be given again. */
public final class CachedResponse {

    // As the ordinary way writes them: who looks for "ETag:" in a text must find it in either.
    private static final AsciiString CACHE_CONTROL = AsciiString.cached(HttpHeaders.CACHE_CONTROL);
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached(HttpHeaders.CONTENT_LENGTH);
    private static final AsciiString CONTENT_TYPE = AsciiString.cached(HttpHeaders.CONTENT_TYPE);
    private static final AsciiString ETAG = AsciiString.cached(HttpHeaders.ETAG);

    private final LiveToken live;
    private final ETag etag;
    private final ByteBuf json;
    private final ReadOnlyHttpHeaders headers;
    private final ReadOnlyHttpHeaders headersOfNotModified;
    private final Instant dueAt;
    private final String permission;
    private final List<String> reached;
    private volatile long confirmedAt;

    /** Since that was last looked at; that a reader's mark gets lost now and then does no harm. */
    private boolean askedFor;

    CachedResponse(LiveToken live, byte[] json, Instant dueAt, long confirmedAt) {
        this.live = live;
        this.etag = TokenResponse.etag(live);
        this.json = outsideTheHeap(json);
        this.headersOfNotModified = new ReadOnlyHttpHeaders(true, common(etag));
        this.headers = new ReadOnlyHttpHeaders(
                true,
                common(
                        etag,
                        CONTENT_TYPE,
                        HttpHeaderValues.APPLICATION_JSON,
                        CONTENT_LENGTH,
                        AsciiString.of(Integer.toString(json.length))));
        this.dueAt = dueAt;
        this.permission = Caller.toReadTokensOf(live.installation().platform());
        this.reached = live.installation().organisationIds();
        this.confirmedAt = confirmedAt;
    }

    public LiveToken live() {
        return live;
    }

    Installation installation() {
        return live.installation();
    }

    /** Where a connection takes it from as it is, all connections the same; freed with the last of its duplicates. */
    private static ByteBuf outsideTheHeap(byte[] json) {
        ByteBuffer direct = ByteBuffer.allocateDirect(json.length).put(json).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    }

    private static CharSequence[] common(ETag etag, CharSequence... more) {
        Stream<AsciiString> security = SecurityHeaders.ALL.entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()).map(AsciiString::cached));
        Stream<CharSequence> own =
                Stream.of(CACHE_CONTROL, HttpHeaderValues.NO_STORE, ETAG, AsciiString.of(etag.value()));
        return Stream.of(own, security, Stream.of(more))
                .<CharSequence>flatMap(headers -> headers)
                .toArray(CharSequence[]::new);
    }

    /**
     * A new response each time, of parts that are shared.
     *
     * @param ifNoneMatch the request's header: 304 where it names this answer
     */
    public FullHttpResponse response(@Nullable String ifNoneMatch) {
        boolean known = etag.isNamedIn(ifNoneMatch);
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                known ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK,
                known ? Unpooled.EMPTY_BUFFER : json.duplicate(),
                known ? headersOfNotModified : headers,
                EmptyHttpHeaders.INSTANCE);
    }

    /** By {@link System#nanoTime()}. */
    long confirmedAt() {
        return confirmedAt;
    }

    /** The database was asked at this moment, and it still holds. */
    void confirm(long at) {
        confirmedAt = at;
    }

    /** Whether anybody has asked for it since this was called before: what nobody wants any more needs no confirmation. */
    boolean wasAskedFor() {
        boolean asked = askedFor;
        askedFor = false;
        return asked;
    }

    void markAskedFor() {
        if (!askedFor) {
            askedFor = true;
        }
    }

    boolean isDue(Instant now) {
        return !now.isBefore(dueAt);
    }

    /** The policy of the ordinary way. */
    public boolean isFor(Caller caller) {
        return caller.may(permission) && caller.mayUse(live.organisation().id(), reached);
    }
}
