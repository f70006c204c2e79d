package io.oauthservice.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure at a provider. The class decides how the service reacts (docs/providers.md section 4). The message is for
 * operators and never carries a token, a code or a body.
 */
public abstract sealed class ProviderException extends RuntimeException {

    private final String code;

    private ProviderException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The provider's own error code where it gave one, else ours; short, stable, safe to store and to show. */
    public String code() {
        return code;
    }

    /** Whether the same call would fail again: only another request, grant or configuration helps. */
    public boolean isFinal() {
        return switch (this) {
            case Retryable retryable -> false;
            case RateLimited limited -> false;
            case GrantEnded ended -> true;
            case AccessTokenRejected rejected -> true;
            case Misconfigured misconfigured -> true;
            case DeniedByUser denied -> true;
            case BadRequest bad -> true;
        };
    }

    /**
     * Whether a request was sent and not answered, or the platform limits the rate of all calls. A platform that cannot
     * be reached does not count, and neither does a call that our guard rejects.
     */
    public boolean isOutage() {
        return switch (this) {
            case Retryable retryable -> retryable.mayHaveTakenEffect();
            case RateLimited limited -> limited.isPlatformWide();
            case GrantEnded ended -> false;
            case AccessTokenRejected rejected -> false;
            case Misconfigured misconfigured -> false;
            case DeniedByUser denied -> false;
            case BadRequest bad -> false;
        };
    }

    /** No conclusive answer. Says nothing about the grant; see {@link #mayHaveTakenEffect}. */
    public static final class Retryable extends ProviderException {
        static final String BULKHEAD_FULL = "bulkhead_full";

        private final boolean sent;

        private Retryable(String code, String message, boolean sent, @Nullable Throwable cause) {
            super(code, message, cause);
            this.sent = sent;
        }

        /** The request was not sent. */
        public static Retryable notSent(String code, String message) {
            return notSent(code, message, null);
        }

        public static Retryable notSent(String code, String message, @Nullable Throwable cause) {
            return new Retryable(code, message, false, cause);
        }

        /** The request was sent, and there is no answer that says what it did. */
        public static Retryable outcomeUnknown(String code, String message) {
            return outcomeUnknown(code, message, null);
        }

        public static Retryable outcomeUnknown(String code, String message, @Nullable Throwable cause) {
            return new Retryable(code, message, true, cause);
        }

        /** Whether too many calls to the provider were in progress, so that this one was not sent. */
        public boolean isBulkheadFull() {
            return code().equals(BULKHEAD_FULL);
        }

        /** Whether the request may have reached the provider and taken effect there. */
        public boolean mayHaveTakenEffect() {
            return sent;
        }
    }

    /** Too many calls; the request had no effect. */
    public static final class RateLimited extends ProviderException {
        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofDays(1);
        private static final Duration DEFAULT = Duration.ofMinutes(1);
        private final Duration after;
        private final boolean platformWide;

        /** Null: the provider does not say how long to wait. */
        public RateLimited(String message, @Nullable Duration after) {
            this(message, after == null ? DEFAULT : after, true);
        }

        private RateLimited(String message, Duration after, boolean platformWide) {
            super("rate_limited", message, null);
            Duration bounded = after.compareTo(LONGEST) > 0 ? LONGEST : after;
            this.after = bounded.compareTo(SHORTEST) < 0 ? SHORTEST : bounded;
            this.platformWide = platformWide;
        }

        /** The limit concerns one grant only. */
        public static RateLimited ofOneGrant(String message, Duration after) {
            return new RateLimited(message, after, false);
        }

        /** Whether the limit concerns all calls to the platform. */
        public boolean isPlatformWide() {
            return platformWide;
        }

        /** How long to wait, as the provider says, else a minute; at least a second, at most a day. */
        public Duration after() {
            return after;
        }
    }

    /** The grant has ended or is suspended at the provider. */
    public static final class GrantEnded extends ProviderException {
        private final Ending ending;

        public GrantEnded(Ending ending, String code, String message) {
            super(code, message, null);
            this.ending = ending;
        }

        public Ending ending() {
            return ending;
        }
    }

    /** The provider rejects the access token only: whether the grant has ended is unknown, and a refresh decides. */
    public static final class AccessTokenRejected extends ProviderException {
        public AccessTokenRejected(String code, String message) {
            super(code, message, null);
        }
    }

    /** Our client credentials or addresses are wrong. Says nothing about any grant. */
    public static final class Misconfigured extends ProviderException {
        /** The code where a grant belongs to another registration than the configured one. */
        public static final String REGISTRATION_CHANGED = "registration_changed";

        /** The code where a stored grant's platform is not configured. */
        public static final String NOT_CONFIGURED = "not_configured";

        public Misconfigured(String code, String message) {
            super(code, message, null);
        }
    }

    /** A person or a policy at the provider declined the request. */
    public static final class DeniedByUser extends ProviderException {
        public DeniedByUser(String code, String message) {
            super(code, message, null);
        }
    }

    /** The request cannot succeed: start the flow again, or fix a bug. */
    public static final class BadRequest extends ProviderException {
        public BadRequest(String code, String message) {
            super(code, message, null);
        }
    }

    /** Why a grant cannot be used. The names are stored. */
    public enum Ending {
        /** The provider rejected the refresh. */
        REFRESH_REFUSED,
        /** The installation is gone at the provider. */
        UNINSTALLED,
        /** The installation is suspended until an administrator unsuspends it at the provider. */
        SUSPENDED,
        /** The provider rejects the access token, and there is no refresh token. */
        TOKENS_REVOKED,
        /** The access token has expired, and there is no refresh token. */
        EXPIRED,
        /** The grant is valid but no longer gives access to any organisation. */
        NO_SITES
    }
}
