package io.oauthservice.tokencache;

import io.oauthservice.concurrent.ReadMark;
import io.oauthservice.concurrent.RecentItems;
import io.oauthservice.installation.InstallationChange;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.InstallationChange.Missed;
import io.oauthservice.installation.InstallationChange.TokenReported;
import io.oauthservice.installation.InstallationId;

/**
 * The latest changes that this replica was notified of, numbered in their order. They decide whether a response that
 * was read from the database may be older than a change. Only changes of its own grant, and of the default grant of its
 * organisation, matter.
 */
final class RecentNotifications {

    /** A read during which more changes arrive counts as outdated. */
    private static final int CAPACITY = 4096;

    /** The same limit for the organisations that these changes name. */
    private static final int ORGANISATIONS = 100_000;

    private final RecentItems<InstallationChange> latest =
            new RecentItems<>(CAPACITY, ORGANISATIONS, RecentNotifications::organisations, removed -> {});

    ReadMark mark() {
        return latest.mark();
    }

    /** The number of the latest change. */
    long last() {
        return latest.last();
    }

    void add(InstallationChange change) {
        latest.add(change);
    }

    private static int organisations(InstallationChange change) {
        return change instanceof Changed changed ? changed.defaultOf().size() : 0;
    }

    /**
     * Whether one of the changes after the first number, up to and including the second, concerns a response.
     *
     * @param key the organisation that was asked for
     * @param installation the grant that was read for it
     */
    boolean anyConcerns(TokenKey key, InstallationId installation, long after, long upTo) {
        return latest.any(after, upTo, change -> concerns(change, key, installation));
    }

    private static boolean concerns(InstallationChange change, TokenKey key, InstallationId installation) {
        return switch (change) {
            case Changed changed ->
                changed.id().equals(installation)
                        || (changed.platform().equals(key.platform())
                                && changed.defaultOf().contains(key.orgId()));
            // A token that was read meanwhile has another fingerprint.
            case TokenReported reported -> false;
            case Missed missed -> true;
        };
    }
}
