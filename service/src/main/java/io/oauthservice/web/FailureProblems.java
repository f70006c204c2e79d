package io.oauthservice.web;

import io.oauthservice.grant.TokenTooShortLivedException;
import io.oauthservice.installation.InvalidLabelException;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.refresh.RefreshException;
import java.time.Duration;

/** Maps failures of the domain to problems. */
public final class FailureProblems {

    /** For a failed call to a provider that does not say when to try again. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String FAILED = "The request to the provider failed. Try again after Retry-After.";
    private static final String IN_REVIEW =
            "The provider rejects many grants at once, so the service is checking its own"
                    + " client credentials. Try again after Retry-After.";
    private static final String IN_PROGRESS =
            "Another refresh of this token is in progress. Try again after Retry-After.";

    private FailureProblems() {}

    static ProblemException of(RefreshException failure) {
        return switch (failure) {
            case RefreshException.RateLimited limited -> unavailable(limited, "down", FAILED);
            case RefreshException.Misconfigured misconfigured -> unavailable(misconfigured, "misconfigured", FAILED);
            case RefreshException.ProviderUnavailable unavailable -> unavailable(unavailable, "down", FAILED);
            case RefreshException.OutcomeUnknown unknown ->
                unavailable(unknown, unknown.timedOut() ? "timeout" : "down", FAILED);
            case RefreshException.RejectionQuarantined quarantined ->
                unavailable(quarantined, "misconfigured", IN_REVIEW);
            case RefreshException.InProgress inProgress -> unavailable(inProgress, "timeout", IN_PROGRESS);
        };
    }

    /**
     * 503 for a failed call to a provider other than a refresh.
     *
     * @param detail what is not available, and what to do
     */
    public static ProblemException of(ProviderException failure, String detail) {
        return switch (failure) {
            case ProviderException.RateLimited limited -> unavailable(limited, "down", detail, limited.after());
            case ProviderException.Misconfigured wrong -> unavailable(wrong, "misconfigured", detail, SOON);
            case ProviderException.Retryable retryable -> unavailable(retryable, "down", detail, SOON);
            case ProviderException.GrantEnded ended -> unavailable(ended, "down", detail, SOON);
            case ProviderException.AccessTokenRejected rejected -> unavailable(rejected, "down", detail, SOON);
            case ProviderException.DeniedByUser denied -> unavailable(denied, "down", detail, SOON);
            case ProviderException.BadRequest bad -> unavailable(bad, "down", detail, SOON);
        };
    }

    static ProblemException of(TokenTooShortLivedException failure) {
        return ProblemException.invalid(
                "min_ttl",
                "must be at most " + failure.longest().toSeconds() + ", half of the token's life in seconds");
    }

    static ProblemException of(InvalidLabelException failure) {
        return ProblemException.invalid(failure.field(), failure.reason());
    }

    private static ProblemException unavailable(RefreshException failure, String reason, String detail) {
        return unavailable(failure, reason, detail, failure.retryAfter());
    }

    private static ProblemException unavailable(Throwable failure, String reason, String detail, Duration retryAfter) {
        return new ProblemException(ProblemType.PROVIDER_UNAVAILABLE, detail, failure)
                .with("reason", reason)
                .retryAfter(retryAfter);
    }
}
