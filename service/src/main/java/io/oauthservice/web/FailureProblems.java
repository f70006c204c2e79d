package io.oauthservice.web;

import io.oauthservice.grant.TokenTooShortLivedException;
import io.oauthservice.installation.InvalidLabelException;
import io.oauthservice.refresh.RefreshFailed;

/** The problems by which callers learn of the domain's failures. */
final class FailureProblems {

    private static final String NO_TOKEN = "The provider did not issue a new token. Try again after Retry-After.";
    private static final String IN_REVIEW =
            "The provider rejects many grants at once, so the service is checking its own"
                    + " client credentials. Try again after Retry-After.";
    private static final String IN_PROGRESS =
            "Another refresh of this token is in progress. Try again after Retry-After.";

    private FailureProblems() {}

    static ProblemException of(RefreshFailed failure) {
        return switch (failure) {
            case RefreshFailed.RateLimited limited -> unavailable(limited, "down", NO_TOKEN);
            case RefreshFailed.CredentialsRejected rejected -> unavailable(rejected, "misconfigured", NO_TOKEN);
            case RefreshFailed.ProviderUnavailable unavailable -> unavailable(unavailable, "down", NO_TOKEN);
            case RefreshFailed.OutcomeUnknown unknown ->
                unavailable(unknown, unknown.timedOut() ? "timeout" : "down", NO_TOKEN);
            case RefreshFailed.RejectionQuarantined quarantined -> unavailable(quarantined, "misconfigured", IN_REVIEW);
            case RefreshFailed.InProgress inProgress -> unavailable(inProgress, "timeout", IN_PROGRESS);
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

    private static ProblemException unavailable(RefreshFailed failure, String reason, String detail) {
        return new ProblemException(ProblemType.PROVIDER_UNAVAILABLE, detail, failure)
                .with("reason", reason)
                .retryAfter(failure.retryAfter());
    }
}
