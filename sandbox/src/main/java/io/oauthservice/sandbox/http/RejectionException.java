package io.oauthservice.sandbox.http;

/** Ends the handling of a request with this reply. */
public final class RejectionException extends RuntimeException {

    private final transient Reply reply;

    public RejectionException(Reply reply) {
        super(reply.violation(), null, false, false);
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}
