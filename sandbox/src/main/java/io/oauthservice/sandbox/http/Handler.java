package io.oauthservice.sandbox.http;

/** Answers the requests of one route; may end early with a {@link Refusal}. */
@FunctionalInterface
public interface Handler {

    Reply handle(Request request);
}
