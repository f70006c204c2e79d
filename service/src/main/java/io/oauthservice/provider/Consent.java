package io.oauthservice.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a code exchange. */
public sealed interface Consent {

    /** The tokens, one set for each grant; at least one. */
    record Granted(List<OAuthTokens> grants) implements Consent {
        public Granted {
            grants = List.copyOf(grants);
        }
    }

    /**
     * The request waits for an owner at the provider; there are no tokens yet.
     *
     * @param requested what was asked for; null where the provider does not tell
     */
    record AwaitingApproval(@Nullable InstallationInfo requested) implements Consent {}
}
