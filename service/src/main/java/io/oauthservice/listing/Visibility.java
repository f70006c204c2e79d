package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Determines which installations a caller sees, and how. Callers with equal visibility get equal pages. */
final class Visibility {

    private final @Nullable Set<String> organisations;
    private final boolean sharedGrants;
    private final boolean plainAnswers;
    private final int hash;

    Visibility(Caller caller) {
        this.organisations = caller.organisations();
        this.sharedGrants = caller.sharedGrants();
        this.plainAnswers = caller.plainAnswers();
        this.hash = Objects.hash(organisations, sharedGrants, plainAnswers);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Visibility visibility
                        && hash == visibility.hash
                        && sharedGrants == visibility.sharedGrants
                        && plainAnswers == visibility.plainAnswers
                        && Objects.equals(organisations, visibility.organisations));
    }

    /** Computed once: there may be many organisations. */
    @Override
    public int hashCode() {
        return hash;
    }

    /** Different for most visibilities, and the same on all replicas. */
    String tag() {
        return Integer.toHexString(hash);
    }
}
