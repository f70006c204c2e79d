package io.oauthservice.vault;

import org.springframework.dao.DataAccessResourceFailureException;

/** The vault cannot be reached, or a ciphertext is not one of its own for this place. */
public class VaultException extends DataAccessResourceFailureException {

    private static final long serialVersionUID = 1;

    public VaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
