package io.oauthservice.sandbox.wire;

import java.time.Duration;

/** What the caller gets: a reply, a reply that takes its time, or a closed connection. */
public sealed interface Answer permits Reply, Answer.Slowly, Answer.Closed {

    /** The whole reply, its body trickling over this time. */
    record Slowly(Reply reply, Duration over) implements Answer {}

    /** Nothing: the connection is closed. */
    record Closed() implements Answer {}
}
