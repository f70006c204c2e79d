package io.oauthservice.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A value that must not be logged: a token, a code, a client secret, a code verifier. {@link #toString()} hides it, and
 * {@link #equals} compares in constant time. Call {@link #value()} only where the value is sent or encrypted.
 */
public final class Secret {

    private static final int FINGERPRINT_DIGITS = 32;
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern RANDOM_FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /**
     * An unguessable value: 256 bits in 43 URL-safe characters, as RFC 7636 section 4.1 requires of a code verifier.
     */
    public static Secret random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** A text of the form of {@link #random}; empty for any other. */
    public static Optional<Secret> parseRandom(String text) {
        return RANDOM_FORM.matcher(text).matches() ? Optional.of(of(text)) : Optional.empty();
    }

    /** The value in clear text. */
    public String value() {
        return value;
    }

    /**
     * Identifies the value in responses, events and logs: {@code sha256:} and the first 32 hex digits of its SHA-256.
     */
    public String fingerprint() {
        return "sha256:" + sha256().substring(0, FINGERPRINT_DIGITS);
    }

    /** SHA-256 of the value in 64 hex digits, as states and keys are stored. */
    public String sha256() {
        return sha256(value, 0);
    }

    /**
     * SHA-256 of the end of a text, in 64 hex digits, without a copy of that end.
     *
     * @param offset where the secret begins; every character before it must be ASCII
     */
    public static String sha256(String text, int offset) {
        return HexFormat.of().formatHex(Sha256.digest(text.getBytes(StandardCharsets.UTF_8), offset));
    }

    private byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
