package io.oauthservice.web;

import io.oauthservice.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** An opaque strong validator (RFC 9110, section 8.8.3), derived from everything that the response depends on. */
public record ETag(String value) {

    /** No cache stores the response. */
    public static final Map<String, String> NO_STORE = Map.of(HttpHeaders.CACHE_CONTROL, "no-store");

    /** The caller's own cache stores the response, and asks with each use whether it has changed. */
    public static final Map<String, String> REVALIDATE =
            Map.of(HttpHeaders.CACHE_CONTROL, "no-cache, private", HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);

    private static final int BYTES = 16;
    private static final String ANY = "*";
    private static final Pattern SUFFIX = Pattern.compile("--?[a-z]{1,10}\"");

    public static ETag of(String revision) {
        return of(revision.getBytes(StandardCharsets.UTF_8));
    }

    public static ETag of(byte[] body) {
        byte[] digest = Sha256.digest(body);
        return new ETag('"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"');
    }

    /** The value of the request's {@code If-None-Match}; null where it is absent. */
    public static @Nullable String ifNoneMatch(ServerHttpRequest request) {
        List<String> lines = request.getHeaders().getOrEmpty(HttpHeaders.IF_NONE_MATCH);
        return lines.isEmpty() ? null : String.join(",", lines);
    }

    /**
     * Whether the caller has the current response already. The comparison is the weak one of RFC 9110. A proxy that
     * compresses may have added a suffix inside the quotes, as in {@code "…-gzip"}.
     *
     * @param ifNoneMatch the header's value; null where it is absent
     */
    boolean isNamedIn(@Nullable String ifNoneMatch) {
        return ifNoneMatch != null
                && (ifNoneMatch.contains(value) || ifNoneMatch.strip().equals(ANY) || hasSuffixIn(ifNoneMatch));
    }

    private boolean hasSuffixIn(String ifNoneMatch) {
        if (ifNoneMatch.indexOf('-') < 0) {
            return false;
        }
        int start = ifNoneMatch.indexOf(value.substring(0, value.length() - 1) + '-');
        return start >= 0
                && SUFFIX.matcher(ifNoneMatch)
                        .region(start + value.length() - 1, ifNoneMatch.length())
                        .lookingAt();
    }

    /**
     * 304 where the caller has the response already, else 200 with the body.
     *
     * @param caching {@link #NO_STORE} or {@link #REVALIDATE}
     */
    public <T> ResponseEntity<T> answer(@Nullable String ifNoneMatch, T body, Map<String, String> caching) {
        boolean known = isNamedIn(ifNoneMatch);
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(known ? 304 : 200).eTag(value).headers(headers -> caching.forEach(headers::set));
        return known ? response.build() : response.body(body);
    }
}
