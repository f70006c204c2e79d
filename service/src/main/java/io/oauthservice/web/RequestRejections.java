package io.oauthservice.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Which requests are refused as soon as they are decoded, and the problem that each gets. */
@Component
class RequestRefusals {

    /** As spring.http.codecs.max-in-memory-size, which releases buffers twice where it is exceeded. */
    static final long LARGEST_BODY = 1024 * 1024;

    private final KnownHosts hosts;
    private final JsonMapper json;

    RequestRefusals(KnownHosts hosts, JsonMapper json) {
        this.hosts = hosts;
        this.json = json;
    }

    /**
     * Null where it may pass.
     *
     * @param body how many bytes of its body the request has with this part
     */
    @Nullable
    HttpResponse find(HttpObject part, long body) {
        DecoderResult decoded = part.decoderResult();
        if (decoded.isFailure()) {
            return malformed(decoded.cause());
        }
        if (body > LARGEST_BODY) {
            return refusal(HttpStatus.CONTENT_TOO_LARGE, "too-large", "The body may have 1 MB");
        }
        if (!(part instanceof HttpRequest request)) {
            return null;
        }
        return isAddress(request.uri()) ? find(request.headers()) : malformed(new URISyntaxException("", "no address"));
    }

    /** What Spring can take apart; it answers anything else with an empty 400. */
    private static boolean isAddress(String target) {
        if (isPlain(target)) {
            return true;
        }
        try {
            return new URI(target.startsWith("/") ? "http://localhost" + target : target).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** A path and a query of characters that may stand anywhere: nearly every request, and cheap to see. */
    private static boolean isPlain(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= '9');
            if (!word && c != '=' && c != '?' && c != '&' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private HttpResponse malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                refusal(HttpStatus.URI_TOO_LONG, "too-long", "The address is too long; shorten it");
            case TooLongHttpHeaderException header ->
                refusal(
                        HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "headers-too-large",
                        "The headers are too large; send fewer or shorter ones");
            default -> refusal(HttpStatus.BAD_REQUEST, "invalid-request", "This is not a well-formed HTTP request");
        };
    }

    private @Nullable HttpResponse find(HttpHeaders headers) {
        if (isRepeated(headers, HttpHeaderNames.HOST) || isRepeated(headers, HttpHeaderNames.AUTHORIZATION)) {
            return refusal(
                    HttpStatus.BAD_REQUEST,
                    "invalid-request",
                    "Host and Authorization must not be sent more than once");
        }
        return hosts.areMeantBy(headers.get(HttpHeaderNames.HOST)) ? null : refusal(HostFilter.unknownHost());
    }

    private static boolean isRepeated(HttpHeaders headers, AsciiString name) {
        Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(name);
        if (!values.hasNext()) {
            return false;
        }
        values.next();
        return values.hasNext();
    }

    private HttpResponse refusal(HttpStatus status, String name, String detail) {
        return refusal(new ProblemException(status, name, detail));
    }

    private HttpResponse refusal(ProblemException problem) {
        ProblemDetail body = problem.getBody();
        byte[] bytes = json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.getStatusCode().value()),
                Unpooled.wrappedBuffer(bytes));
        HttpHeaders headers = response.headers();
        SecurityHeaders.ALL.forEach(headers::set);
        headers.set("Cache-Control", HttpHeaderValues.NO_STORE)
                .set("Content-Type", MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .set("Content-Length", bytes.length)
                .set("Connection", HttpHeaderValues.CLOSE);
        return response;
    }
}
