package io.oauthservice.provider;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The health of a provider, measured by the calls of this process.
 *
 * @param since when the state began; null while it is {@link State#OK}
 * @param retryAt when calls are permitted again; null where no such time is known
 */
public record ProviderHealth(
        State state, @Nullable Instant since, @Nullable Instant retryAt) {

    static final ProviderHealth OK = new ProviderHealth(State.OK, null, null);

    /** How the provider has answered this process's calls. */
    public enum State {
        OK(null),
        /** Too many calls failed or timed out: no call is permitted. */
        CIRCUIT_OPEN("failing"),
        /** A few calls are permitted. Their results decide whether the circuit closes. */
        HALF_OPEN("failing"),
        /** The provider rejects our client credentials: {@link CredentialsCheckJob} checks them, no refresh starts. */
        CREDENTIALS_REJECTED("misconfigured");

        private final @Nullable String reason;

        State(@Nullable String reason) {
            this.reason = reason;
        }

        /** The name in the API. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The reason code in the API; null where the provider is healthy. */
        public @Nullable String reason() {
            return reason;
        }
    }
}
