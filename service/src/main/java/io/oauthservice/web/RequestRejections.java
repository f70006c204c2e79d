package io.oauthservice.web;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Decides which requests are rejected right after decoding, and with which problem. */
@Component
class RequestRejections {

    /** Bodies are read before their sender is known, and are small. */
    static final int MAX_BODY = 16 * 1024;

    private static final String DECODED = "spring.http.codecs.max-in-memory-size";

    private final KnownHosts hosts;
    private final JsonMapper json;
    private final List<LargeBodies> large;

    RequestRejections(
            KnownHosts hosts, JsonMapper json, List<LargeBodies> large, @Value("${" + DECODED + "}") DataSize decoded) {
        // A decoder that reaches its own limit releases a buffer twice.
        SettingException.require(
                decoded.isNegative() || decoded.toBytes() > MAX_BODY,
                DECODED,
                "is " + decoded + " and must be more than " + MAX_BODY + "B, the largest body of a request");
        this.hosts = hosts;
        this.json = json;
        this.large = large;
    }

    /**
     * The response to a rejected request; null where the request is accepted.
     *
     * @param body the size of the request's body in bytes, as announced or as received up to this part
     * @param target the request's path and query
     */
    @Nullable
    HttpResponse rejectionOf(HttpObject part, long body, String target) {
        DecoderResult decoded = part.decoderResult();
        if (decoded.isFailure()) {
            return rejectMalformed(decoded.cause());
        }
        if (body > MAX_BODY && body > maxBody(target)) {
            return rejection(ProblemType.TOO_LARGE, "The body must not exceed " + maxBody(target) / 1024 + " KB");
        }
        return part instanceof HttpRequest request ? rejectionOf(request) : null;
    }

    HttpResponse slowHead() {
        return rejection(ProblemType.TOO_SLOW, "The request did not arrive in time. Send the request again");
    }

    HttpResponse pipelineTooLong() {
        return rejection(
                ProblemType.INVALID_REQUEST,
                "Too many requests were sent before their responses were read. Wait for responses");
    }

    private @Nullable HttpResponse rejectionOf(HttpRequest request) {
        if (!HttpMethod.GET.equals(request.method()) && request.headers().contains(HttpHeaderNames.CONTENT_ENCODING)) {
            return rejection(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body without Content-Encoding. The service does not decompress bodies");
        }
        if (!isSupported(request.protocolVersion())) {
            return rejectMalformed(new IllegalArgumentException("not HTTP/1"));
        }
        if (hasOnlyCommonCharacters(request.uri())) {
            return rejectionOf(request.headers());
        }
        URI address = address(request.uri());
        if (address == null) {
            return rejectMalformed(new URISyntaxException("", "not an address"));
        }
        // An absolute address takes precedence over the Host header (RFC 9112, section 3.2.2).
        return address.isAbsolute() && !hosts.matches(address.getRawAuthority())
                ? rejection(HostFilter.unknownHost())
                : rejectionOf(request.headers());
    }

    /** Reactor Netty would log the whole request line of any other version. */
    private static boolean isSupported(HttpVersion version) {
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
    }

    private long maxBody(String target) {
        return large.stream()
                .filter(bodies -> target.startsWith(bodies.path()))
                .mapToLong(LargeBodies::bytes)
                .max()
                .orElse(MAX_BODY);
    }

    /**
     * Null where Spring cannot parse the request target and would respond with an empty 400, or would read each byte of
     * an unencoded character as a character of its own.
     */
    private static @Nullable URI address(String target) {
        try {
            URI address = new URI(target.startsWith("/") ? "http://localhost" + target : target);
            boolean encoded = target.chars().allMatch(c -> c < 0x7f);
            return encoded && address.getRawPath() != null ? address : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Whether all characters are valid in a path and a query: a cheap check that accepts nearly every request. */
    private static boolean hasOnlyCommonCharacters(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            boolean unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= '9');
            if (!unreserved && c != '=' && c != '?' && c != '&' && c != '_') {
                return false;
            }
        }
        return true;
    }

    private HttpResponse rejectMalformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                rejection(ProblemType.TOO_LONG, "The URL is too long. Send a shorter one");
            case TooLongHttpHeaderException header ->
                rejection(ProblemType.HEADERS_TOO_LARGE, "The headers are too large. Send fewer or shorter headers");
            case URISyntaxException address ->
                rejection(
                        ProblemType.INVALID_REQUEST,
                        "The URL is not valid. Percent-encode all characters that are not allowed in a URL");
            default -> rejection(ProblemType.INVALID_REQUEST, "The request is not well-formed HTTP. Fix the request");
        };
    }

    private @Nullable HttpResponse rejectionOf(HttpHeaders headers) {
        if (isRepeated(headers, HttpHeaderNames.HOST) || isRepeated(headers, HttpHeaderNames.AUTHORIZATION)) {
            return rejection(ProblemType.INVALID_REQUEST, "Send each of the headers Host and Authorization only once");
        }
        return hosts.matches(headers.get(HttpHeaderNames.HOST)) ? null : rejection(HostFilter.unknownHost());
    }

    private static boolean isRepeated(HttpHeaders headers, AsciiString name) {
        Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(name);
        if (!values.hasNext()) {
            return false;
        }
        values.next();
        return values.hasNext();
    }

    private HttpResponse rejection(ProblemType type, String detail) {
        return rejection(new ProblemException(type, detail));
    }

    private HttpResponse rejection(ProblemException problem) {
        FullHttpResponse response = RenderedProblem.of(problem, json);
        response.headers().set("Connection", HttpHeaderValues.CLOSE);
        return response;
    }
}
