package io.oauthservice.refresh;

import io.oauthservice.provider.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** There are no new tokens now. The stored grant stays as it is; {@link #retryAfter} says when to try again. */
public abstract sealed class RefreshException extends RuntimeException {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(15);

    private final Duration retryAfter;
    private final boolean noEffect;

    private RefreshException(
            @Nullable String message, Duration retryAfter, boolean noEffect, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter;
        this.noEffect = noEffect;
    }

    /** The failure of a call to the provider. */
    public static RefreshException of(ProviderException failure) {
        return switch (failure) {
            case ProviderException.RateLimited limited -> new RateLimited(limited);
            case ProviderException.Misconfigured misconfigured -> new Misconfigured(misconfigured);
            case ProviderException.Retryable retryable
            when retryable.mayHaveTakenEffect() -> new OutcomeUnknown(retryable);
            case ProviderException.Retryable retryable -> new ProviderUnavailable(retryable);
            case ProviderException.GrantEnded ended -> new ProviderUnavailable(ended);
            case ProviderException.AccessTokenRejected rejected -> new ProviderUnavailable(rejected);
            case ProviderException.DeniedByUser denied -> new ProviderUnavailable(denied);
            case ProviderException.BadRequest bad -> new ProviderUnavailable(bad);
        };
    }

    /** A refresh by another request or replica has not stored new tokens yet. */
    public static RefreshException inProgress() {
        return new InProgress(SOON);
    }

    public Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the refresh certainly had no effect at the provider: the tokens are as good as before. */
    public boolean hadNoEffect() {
        return noEffect;
    }

    /** Whether a call to the provider failed as {@link ProviderException#isOutage} says. */
    public boolean isOutage() {
        return getCause() instanceof ProviderException failure && failure.isOutage();
    }

    /** The provider limits the rate of our calls. */
    public static final class RateLimited extends RefreshException {
        private final boolean platformWide;

        private RateLimited(ProviderException.RateLimited cause) {
            super(cause.getMessage(), cause.after(), true, cause);
            this.platformWide = cause.isPlatformWide();
        }

        /** Whether the limit applies to all calls to the platform, not to this grant alone. */
        public boolean isPlatformWide() {
            return platformWide;
        }
    }

    /** Our configuration does not allow the refresh: the credentials, or the registration. */
    public static final class Misconfigured extends RefreshException {
        private Misconfigured(ProviderException.Misconfigured cause) {
            super(cause.getMessage(), LATER, true, cause);
        }
    }

    /** The request was not sent, or the provider answered it without tokens. */
    public static final class ProviderUnavailable extends RefreshException {
        private ProviderUnavailable(ProviderException cause) {
            super(cause.getMessage(), SOON, true, cause);
        }
    }

    /** The request was sent, and there was no answer: it may have taken effect. */
    public static final class OutcomeUnknown extends RefreshException {
        private final boolean timedOut;

        private OutcomeUnknown(ProviderException.Retryable cause) {
            super(cause.getMessage(), SOON, false, cause);
            this.timedOut = cause.code().equals("timeout");
        }

        public boolean timedOut() {
            return timedOut;
        }
    }

    /** The provider rejected many grants at once; the rejections count only if our client credentials are good. */
    public static final class RejectionQuarantined extends RefreshException {
        RejectionQuarantined() {
            super("The rejection is quarantined", SOON, false, null);
        }
    }

    /** Another refresh of the grant is in progress, or has failed and the back-off has not ended. */
    public static final class InProgress extends RefreshException {
        InProgress(Duration retryAfter) {
            super(
                    "Another refresh of the grant is in progress, or its back-off has not ended",
                    retryAfter,
                    false,
                    null);
        }
    }
}
