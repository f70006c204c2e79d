package io.oauthservice.sandbox.stage;

/** The control API was asked something it does not understand; the message names the field and what is allowed. */
public final class BadInput extends RuntimeException {

    public BadInput(String message) {
        super(message, null, false, false);
    }
}
