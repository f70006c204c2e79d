package io.oauthservice.vault;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * The vault cannot be asked, or a ciphertext is not one of its own for this place. The message says which, and what to
 * look at.
 */
public class VaultException extends DataAccessResourceFailureException {

    private static final long serialVersionUID = 1;

    public VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Nobody is there, or nobody who could work: sealed, starting, too slow. Ends by itself. */
    static final class Outage extends VaultException {
        private static final long serialVersionUID = 1;

        Outage(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
