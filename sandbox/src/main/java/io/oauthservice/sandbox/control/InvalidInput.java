package io.oauthservice.sandbox.control;

/** Invalid input to the control API; the message names the field and what is allowed. */
public final class InvalidInput extends RuntimeException {

    public InvalidInput(String message) {
        super(message, null, false, false);
    }
}
