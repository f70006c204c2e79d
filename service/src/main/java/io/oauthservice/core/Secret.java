package io.oauthservice.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A value that must not be seen: a token, a code, a client secret, a code verifier. It prints as nothing and compares in
 * constant time; {@link #value()} is called only where the value goes on the wire or into the vault.
 */
public final class Secret {

    private static final int FINGERPRINT_DIGITS = 32;

    /** Finding one takes longer than hashing a key. After each digest it is as new. */
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Secret::newSha256);

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

    /** What stands for the value in answers, events and logs: {@code sha256:} and the first 32 hex digits. */
    public String fingerprint() {
        return "sha256:" + sha256().substring(0, FINGERPRINT_DIGITS);
    }

    /** SHA-256 of the value in 64 hex digits: how states and keys are stored. */
    public String sha256() {
        return sha256(value, 0);
    }

    /** The same of the secret that a text ends with, and that only ASCII goes before; it is not cut out first. */
    public static String sha256(String text, int begin) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = SHA_256.get();
        digest.update(bytes, begin, bytes.length - begin);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
