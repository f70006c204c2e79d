package io.oauthservice.web;

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
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * A JSON response that was rendered once, as bytes and headers that all responses share.
 *
 * @param body stays unchanged; duplicates of it are written
 * @param headersOfNotModified those of a 304
 */
public record RenderedJson(
        ETag etag, ByteBuf body, ReadOnlyHttpHeaders headers, ReadOnlyHttpHeaders headersOfNotModified) {

    // Spelt as regular request handling spells them.
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached(HttpHeaders.CONTENT_LENGTH);
    private static final AsciiString CONTENT_TYPE = AsciiString.cached(HttpHeaders.CONTENT_TYPE);
    private static final AsciiString ETAG = AsciiString.cached(HttpHeaders.ETAG);

    /**
     * Renders the headers.
     *
     * @param caching the headers for caches
     */
    public static RenderedJson of(ETag etag, ByteBuf body, Map<String, String> caching) {
        return new RenderedJson(
                etag,
                body,
                headers(
                        etag,
                        caching,
                        CONTENT_TYPE,
                        HttpHeaderValues.APPLICATION_JSON,
                        CONTENT_LENGTH,
                        AsciiString.of(Integer.toString(body.readableBytes()))),
                headers(etag, caching));
    }

    private static ReadOnlyHttpHeaders headers(ETag etag, Map<String, String> caching, CharSequence... more) {
        Stream<CharSequence> shared = Stream.of(caching, SecurityHeaders.ALL)
                .flatMap(headers -> headers.entrySet().stream())
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
                .map(AsciiString::cached);
        return new ReadOnlyHttpHeaders(
                true,
                Stream.of(Stream.of(ETAG, AsciiString.of(etag.value())), shared, Stream.of(more))
                        .<CharSequence>flatMap(headers -> headers)
                        .toArray(CharSequence[]::new));
    }

    /**
     * A new response, which shares body and headers with the others.
     *
     * @param ifNoneMatch the request's header: 304 if it names this response
     */
    public FullHttpResponse response(@Nullable String ifNoneMatch) {
        boolean known = etag.isNamedIn(ifNoneMatch);
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                known ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK,
                known ? Unpooled.EMPTY_BUFFER : body.duplicate(),
                known ? headersOfNotModified : headers,
                EmptyHttpHeaders.INSTANCE);
    }
}
