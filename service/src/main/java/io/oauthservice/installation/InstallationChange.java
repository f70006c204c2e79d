package io.oauthservice.installation;

import java.util.Set;

/** A notification to a replica: a change by any replica, including itself. */
public sealed interface InstallationChange {

    /**
     * An installation has changed.
     *
     * @param defaultOf the organisations, by id, whose default grant it has become with this change; another grant may
     *     have been their default before
     * @param grantChanged whether its status, permissions, selection or organisations may have changed; false: only its
     *     tokens or labels have
     */
    record Changed(InstallationId id, String platform, Set<String> defaultOf, boolean grantChanged)
            implements InstallationChange {
        public Changed {
            defaultOf = Set.copyOf(defaultOf);
        }
    }

    /** A caller reported that the platform rejects a token that is not the stored one. */
    record TokenReported(InstallationId id, String fingerprint) implements InstallationChange {}

    /** Notifications may have been missed: the listening connection was lost, or has just been established. */
    record Missed() implements InstallationChange {}
}
