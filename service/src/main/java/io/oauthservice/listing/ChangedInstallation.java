package io.oauthservice.listing;

import io.oauthservice.changefeed.Change;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What is known of the changes of one installation before it is read.
 *
 * @param membership whether it may be in other lists than before
 * @param organisations those that it has got or lost
 * @param settled as of the first of these changes: a client that resumes there gets all of them again
 */
record ChangedInstallation(UUID id, String platform, boolean membership, Set<String> organisations, long settled) {

    static List<ChangedInstallation> of(Change.Installations change) {
        return change.ids().stream()
                .map(id -> new ChangedInstallation(
                        id, change.platform(), change.membership(), change.organisations(), change.settled()))
                .toList();
    }

    ChangedInstallation and(ChangedInstallation later) {
        Set<String> all = new HashSet<>(organisations);
        all.addAll(later.organisations);
        return new ChangedInstallation(
                id, platform, membership || later.membership, all, Math.min(settled, later.settled));
    }
}
