package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What decides which installations a caller sees, and how. Callers with equal scopes get equal pages. */
final class Scope {

    private final @Nullable Set<String> organisations;
    private final boolean sharedGrants;
    private final boolean plainAnswers;
    private final int hash;

    Scope(Caller caller) {
        this.organisations = caller.organisations();
        this.sharedGrants = caller.sharedGrants();
        this.plainAnswers = caller.plainAnswers();
        this.hash = Objects.hash(organisations, sharedGrants, plainAnswers);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Scope scope
                        && hash == scope.hash
                        && sharedGrants == scope.sharedGrants
                        && plainAnswers == scope.plainAnswers
                        && Objects.equals(organisations, scope.organisations));
    }

    /** Computed once: there may be many organisations. */
    @Override
    public int hashCode() {
        return hash;
    }

    /** Differs between most scopes, and is the same on all replicas. */
    String mark() {
        return Integer.toHexString(hash);
    }
}
