package io.oauthservice.listing;

import io.oauthservice.changefeed.Change;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the changes of one installation before it is read.
 *
 * @param mayMoveBetweenLists whether it may be in other lists than before
 * @param organisations those that it has got or lost
 * @param settledBefore that of the earliest of these changes: a client that resumes there receives all of them
 * @param onlyFor the streams that are offered it, because they resume before it; null: all streams
 */
record ChangedInstallation(
        UUID id,
        String platform,
        boolean mayMoveBetweenLists,
        Set<String> organisations,
        long settledBefore,
        @Nullable Set<InstallationStream> onlyFor) {

    static List<ChangedInstallation> of(Change.OfInstallations change) {
        return change.ids().stream()
                .map(id -> new ChangedInstallation(
                        id,
                        change.platform(),
                        change.mayMoveBetweenLists(),
                        change.organisations(),
                        change.settledBefore(),
                        null))
                .toList();
    }

    ChangedInstallation and(ChangedInstallation later) {
        return new ChangedInstallation(
                id,
                platform,
                mayMoveBetweenLists || later.mayMoveBetweenLists,
                union(organisations, later.organisations),
                Math.min(settledBefore, later.settledBefore),
                onlyFor == null || later.onlyFor == null ? null : union(onlyFor, later.onlyFor));
    }

    /** A copy for one stream that resumes: the other streams were offered these changes before. */
    ChangedInstallation onlyFor(InstallationStream stream) {
        return new ChangedInstallation(id, platform, mayMoveBetweenLists, organisations, settledBefore, Set.of(stream));
    }

    boolean concerns(InstallationStream stream) {
        return onlyFor == null || onlyFor.contains(stream);
    }

    private static <T> Set<T> union(Set<T> one, Set<T> other) {
        Set<T> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }
}
