package io.oauthservice.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A value that must not be logged: a token, a code, a client secret, a code verifier. {@link #toString()} hides it, and
 * {@link #equals} compares in constant time. Call {@link #value()} only where the value is sent or encrypted.
 */
public final class Secret {

    private static final int FINGERPRINT_DIGITS = 32;

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value in clear text. */
    public String value() {
        return value;
    }

    /** Identifies the value in responses, events and logs: {@code sha256:} and the first 32 hex digits of its SHA-256. */
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
