package io.oauthservice.web;

import io.oauthservice.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;

/** An opaque strong validator (RFC 9110, section 8.8.3), derived from everything that the response depends on. */
public record ETag(String value) {

    private static final int BYTES = 16;
    private static final String ANY = "*";
    private static final Pattern SUFFIX = Pattern.compile("--?[a-z]{1,10}\"");

    public static ETag of(String revision) {
        byte[] digest = Sha256.digest(revision.getBytes(StandardCharsets.UTF_8));
        return new ETag('"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"');
    }

    /**
     * Whether the caller has the current response already. The comparison is the weak one of RFC 9110. A proxy that
     * compresses may have added a suffix inside the quotes, as in {@code "…-gzip"}.
     *
     * @param ifNoneMatch the header's value; null where it is absent
     */
    public boolean isNamedIn(@Nullable String ifNoneMatch) {
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

    /** 304 where the caller has the response already, else 200 with the body. No cache may store either. */
    public <T> ResponseEntity<T> answer(@Nullable String ifNoneMatch, T body) {
        boolean known = isNamedIn(ifNoneMatch);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(known ? 304 : 200)
                .cacheControl(CacheControl.noStore())
                .eTag(value);
        return known ? response.build() : response.body(body);
    }
}
