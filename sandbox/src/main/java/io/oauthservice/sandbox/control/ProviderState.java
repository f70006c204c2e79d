package io.oauthservice.sandbox.control;

import tools.jackson.databind.JsonNode;

/** What a provider knows. */
public interface ProviderState {

    /** Everything that outlives a restart, settings excepted. */
    JsonNode saved();

    /** Called once at start, before any request, with what {@link #saved} gave in an earlier life. */
    void restore(JsonNode saved);

    /** Back to the start; keys stay, so that nobody has to be configured anew, and no id is ever given twice. */
    void reset();
}
