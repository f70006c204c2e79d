package io.oauthservice.database;

/** What a listener hears. */
public sealed interface Notice {

    /** From now on nothing is missed; what was told before may have been. */
    record Listening() implements Notice {}

    /** What a writer told with its commit. */
    record Told(String payload) implements Notice {}

    /** The connection is gone, or silent for too long: what is told now is missed. */
    record Lost() implements Notice {}
}
