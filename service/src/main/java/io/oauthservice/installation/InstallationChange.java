package io.oauthservice.installation;

import java.util.List;

/** What a replica hears of changes, its own included. */
public sealed interface InstallationChange {

    /**
     * An installation has changed.
     *
     * @param organisations those that it reaches, by id; empty where they are too many to tell
     */
    record Changed(InstallationId id, String platform, List<String> organisations) implements InstallationChange {
        public Changed {
            organisations = List.copyOf(organisations);
        }
    }

    /** Changes may have gone by unheard: the listener was lost, or has just come back. */
    record Missed() implements InstallationChange {}
}
