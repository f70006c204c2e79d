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
import io.oauthservice.web.ETag;
import io.oauthservice.web.SecurityHeaders;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/** The bytes and headers of a token response. */
record RenderedToken(ETag etag, ByteBuf body, ReadOnlyHttpHeaders headers, ReadOnlyHttpHeaders headersOfNotModified) {

    // Spelt as regular request handling spells them.
    private static final AsciiString CACHE_CONTROL = AsciiString.cached(HttpHeaders.CACHE_CONTROL);
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached(HttpHeaders.CONTENT_LENGTH);
    private static final AsciiString CONTENT_TYPE = AsciiString.cached(HttpHeaders.CONTENT_TYPE);
    private static final AsciiString ETAG = AsciiString.cached(HttpHeaders.ETAG);

    static RenderedToken of(LiveToken live, JsonMapper json) {
        byte[] body = json.writeValueAsBytes(TokenResponse.of(live));
        ETag etag = TokenResponse.etag(live);
        return new RenderedToken(
                etag,
                direct(body),
                headers(
                        etag,
                        CONTENT_TYPE,
                        HttpHeaderValues.APPLICATION_JSON,
                        CONTENT_LENGTH,
                        AsciiString.of(Integer.toString(body.length))),
                headers(etag));
    }

    /** Outside the heap, so that connections write it without a copy. Freed with the last of its duplicates. */
    private static ByteBuf direct(byte[] body) {
        ByteBuffer direct = ByteBuffer.allocateDirect(body.length).put(body).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
    }

    private static ReadOnlyHttpHeaders headers(ETag etag, CharSequence... more) {
        Stream<AsciiString> security = SecurityHeaders.ALL.entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()).map(AsciiString::cached));
        Stream<CharSequence> own =
                Stream.of(CACHE_CONTROL, HttpHeaderValues.NO_STORE, ETAG, AsciiString.of(etag.value()));
        return new ReadOnlyHttpHeaders(
                true,
                Stream.of(own, security, Stream.of(more))
                        .<CharSequence>flatMap(headers -> headers)
                        .toArray(CharSequence[]::new));
    }

    FullHttpResponse response(@Nullable String ifNoneMatch) {
        boolean known = etag.isNamedIn(ifNoneMatch);
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                known ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK,
                known ? Unpooled.EMPTY_BUFFER : body.duplicate(),
                known ? headersOfNotModified : headers,
                EmptyHttpHeaders.INSTANCE);
    }
}
