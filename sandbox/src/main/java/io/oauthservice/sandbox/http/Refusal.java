package io.oauthservice.sandbox.http;

/** Ends the handling of a request with this reply. */
public final class Refusal extends RuntimeException {

    private final transient Reply reply;

    public Refusal(Reply reply) {
        super(reply.violation(), null, false, false);
        this.reply = reply;
    }

    public Reply reply() {
        return reply;
    }
}
