package io.oauthservice.installation;

import java.util.Set;

/** A notification to a replica: a change by any replica, including itself. */
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

    /** Notifications may have been missed: the listening connection was lost, or has just been established. */
    record Missed() implements InstallationChange {}
}
