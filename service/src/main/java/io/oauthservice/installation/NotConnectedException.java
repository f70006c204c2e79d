package io.oauthservice.installation;

/** The grant is not connected here, and may not be connected. */
public final class NotConnectedException extends RuntimeException {

    NotConnectedException() {
        super("the grant is not connected");
    }
}
