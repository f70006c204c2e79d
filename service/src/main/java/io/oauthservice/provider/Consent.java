package io.oauthservice.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a code exchange. */
public sealed interface Consent {

    /** The consent was given; there is at least one grant. */
    record Granted(List<? extends NewGrant> grants) implements Consent {
        public Granted {
            grants = List.copyOf(grants);
        }
    }

    /**
     * An owner at the provider has to approve the request first; there are no tokens yet.
     *
     * @param requested the person's requests that are open, the latest first; empty where the provider does not say
     * @param requesterId the provider's id of the person who requested it; null where it does not say
     */
    record AwaitingApproval(
            List<InstallationInfo> requested, @Nullable String requesterId) implements Consent {
        public AwaitingApproval {
            requested = List.copyOf(requested);
        }

        /** A request for which the provider returns no details. */
        public static AwaitingApproval ofUnknown() {
            return new AwaitingApproval(List.of(), null);
        }
    }
}
