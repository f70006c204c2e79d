package io.oauthservice.installation;

import java.util.Set;

/** What a replica is notified of: the changes of all replicas, its own included. */
public sealed interface InstallationChange {

    /**
     * An installation has changed.
     *
     * @param defaultOf the organisations, by id, whose default grant it has become with this change; another grant may have
     *     been their default before
     */
    record Changed(InstallationId id, String platform, Set<String> defaultOf) implements InstallationChange {
        public Changed {
            defaultOf = Set.copyOf(defaultOf);
        }
    }

    /** ChangeNotifications may have been missed: the listener was lost, or has just come back. */
    record Missed() implements InstallationChange {}
}
