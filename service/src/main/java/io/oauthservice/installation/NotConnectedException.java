package io.oauthservice.installation;

/** The grant is not connected here, and may not be connected. */
public final class NotConnectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NotConnectedException() {
        super("the grant is not connected");
    }
}
