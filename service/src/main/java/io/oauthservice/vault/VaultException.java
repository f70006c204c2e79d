package io.oauthservice.vault;

/** A vault cannot encrypt or decrypt. The message says why and contains no secret. */
public abstract sealed class VaultException extends RuntimeException {

    private VaultException(String message) {
        super(message);
    }

    /** The vault is unreachable, sealed, overloaded or too slow. A later attempt may succeed. */
    public static final class Outage extends VaultException {
        Outage(String message) {
            super(message);
        }
    }

    /**
     * The vault rejects the request, or none of its keys decrypts the ciphertext in this place. A retry does not help.
     */
    public static final class Rejected extends VaultException {
        Rejected(String message) {
            super(message);
        }
    }
}
