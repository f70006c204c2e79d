package io.oauthservice.sandbox.control;

/** The control API was asked something it does not understand; the message names the field and what is allowed. */
public final class InvalidInput extends RuntimeException {

    public InvalidInput(String message) {
        super(message, null, false, false);
    }
}
