package io.oauthservice.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;

/** An opaque strong validator, made from everything that the answer is made from. */
public record ETag(String value) {

    private static final int BYTES = 16;
    private static final String ANY = "*";
    private static final Pattern SUFFIX = Pattern.compile("--?[a-z]{1,10}\"");

    public static ETag of(String revision) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(revision.getBytes(StandardCharsets.UTF_8));
            return new ETag('"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Whether a caller that sent this If-None-Match has the answer already. The comparison is the weak one of RFC 9110. A
     * proxy that compresses may have put a suffix inside the quotes, as in {@code "…-gzip"}.
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

    /** 304 to who has it already, else the body; either way not to be stored by anybody in between. */
    public <T> ResponseEntity<T> answer(@Nullable String ifNoneMatch, T body) {
        boolean known = isNamedIn(ifNoneMatch);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(known ? 304 : 200)
                .cacheControl(CacheControl.noStore())
                .eTag(value);
        return known ? response.build() : response.body(body);
    }
}
