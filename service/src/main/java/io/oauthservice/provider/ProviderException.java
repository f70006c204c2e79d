package io.oauthservice.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong at a provider, in the classes that decide what follows. The message tells an operator what happened
 * and never carries a token, a code or a body.
 */
public abstract sealed class ProviderException extends RuntimeException {

    private final String code;

    private ProviderException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The provider's own error word where it gave one, else ours; short, stable, safe to store and to show. */
    public String code() {
        return code;
    }

    /** No verdict: a time-out, a broken connection, a server error. The grant may be as good as before. */
    public static final class Retryable extends ProviderException {
        private final boolean sent;

        public Retryable(String code, String message, boolean sent, @Nullable Throwable cause) {
            super(code, message, cause);
            this.sent = sent;
        }

        /** Whether the request may have reached the provider and taken effect there. */
        public boolean mayHaveTakenEffect() {
            return sent;
        }
    }

    /** Too many calls; nothing took effect. */
    public static final class RateLimited extends ProviderException {
        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofDays(1);
        private final Duration after;
        private final boolean everybody;

        public RateLimited(String message, Duration after) {
            this(message, after, true);
        }

        private RateLimited(String message, Duration after, boolean everybody) {
            super("rate_limited", message, null);
            Duration bounded = after.compareTo(LONGEST) > 0 ? LONGEST : after;
            this.after = bounded.compareTo(SHORTEST) < 0 ? SHORTEST : bounded;
            this.everybody = everybody;
        }

        /** Too early for this grant alone: others may go on calling. */
        public static RateLimited ofOneGrant(String message, Duration after) {
            return new RateLimited(message, after, false);
        }

        /** Whether it is the platform's word to all our calls. */
        public boolean concernsEverybody() {
            return everybody;
        }

        /** When to ask again, as the provider says, else a minute; at least a second, at most a day. */
        public Duration after() {
            return after;
        }
    }

    /** The grant is dead or asleep at the provider: a human must act there. */
    public static final class ReconnectRequired extends ProviderException {
        private final Ending ending;

        public ReconnectRequired(Ending ending, String code, String message) {
            super(code, message, null);
            this.ending = ending;
        }

        public Ending ending() {
            return ending;
        }
    }

    /** Our credentials or addresses are wrong. Says nothing about any grant. */
    public static final class Misconfigured extends ProviderException {
        public Misconfigured(String code, String message) {
            super(code, message, null);
        }
    }

    /** A person or a policy at the provider said no. */
    public static final class DeniedByUser extends ProviderException {
        public DeniedByUser(String code, String message) {
            super(code, message, null);
        }
    }

    /** The request cannot succeed as it stands: a flow to start again, or a bug. */
    public static final class BadRequest extends ProviderException {
        public BadRequest(String code, String message) {
            super(code, message, null);
        }
    }

    /** How a grant ended or fell asleep. */
    public enum Ending {
        /** The provider refused the refresh. */
        REFRESH_REFUSED,
        /** The installation is gone at the provider. */
        UNINSTALLED,
        /** The installation sleeps until somebody wakes it at the provider. */
        SUSPENDED,
        /** The provider does not take the access token any more, and nothing gives a new one. */
        TOKENS_REVOKED,
        /** The token has expired, and nothing gives a new one. */
        EXPIRED,
        /** The grant is alive but reaches nothing any more. */
        NO_SITES
    }
}
