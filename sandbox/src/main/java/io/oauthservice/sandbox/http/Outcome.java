package io.oauthservice.sandbox.http;

import java.time.Duration;

/** What the caller gets: a reply, a reply that takes its time, or a closed connection. */
public sealed interface Outcome permits Reply, Outcome.Slowly, Outcome.Closed {

    /** The whole reply, its body trickling over this time. */
    record Slowly(Reply reply, Duration over) implements Outcome {}

    /** Nothing: the connection is closed. */
    record Closed() implements Outcome {}
}
