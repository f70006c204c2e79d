package io.oauthservice.sandbox.http;

/** Handles the requests of one route; may throw a {@link RejectionException}. */
@FunctionalInterface
public interface Handler {

    Reply handle(Request request);
}
