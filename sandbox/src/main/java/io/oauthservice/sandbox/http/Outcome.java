package io.oauthservice.sandbox.http;

import java.time.Duration;

/** What the caller receives: a reply, a slow reply, or a closed connection. */
public sealed interface Outcome permits Reply, Outcome.SlowReply, Outcome.ClosedConnection {

    /** The complete reply, whose body is sent slowly over this time. */
    record SlowReply(Reply reply, Duration over) implements Outcome {}

    /** No reply: the connection is closed. */
    record ClosedConnection() implements Outcome {}
}
