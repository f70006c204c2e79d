package io.oauthservice.core;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java platform provides. */
public final class Sha256 {

    /**
     * One per thread: finding an implementation takes longer than hashing a key. A digest resets itself after each use.
     */
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::create);

    private Sha256() {}

    /** The 32 bytes of the digest. */
    public static byte[] digest(byte[] bytes) {
        return digest(bytes, 0);
    }

    /** The digest of the bytes from an offset to the end. */
    static byte[] digest(byte[] bytes, int offset) {
        MessageDigest digest = DIGEST.get();
        digest.update(bytes, offset, bytes.length - offset);
        return digest.digest();
    }

    private static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java platform has no SHA-256", e);
        }
    }
}
