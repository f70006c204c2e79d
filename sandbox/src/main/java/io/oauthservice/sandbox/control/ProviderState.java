package io.oauthservice.sandbox.control;

import tools.jackson.databind.JsonNode;

/** A provider's state. */
public interface ProviderState {

    /** Everything that is saved across restarts, except settings. */
    JsonNode saved();

    /** Restores what {@link #saved} returned before a restart; called once, before any request. */
    void restore(JsonNode saved);

    /** Resets the state. Keys stay, so that clients keep working, and ids are not reused. */
    void reset();
}
