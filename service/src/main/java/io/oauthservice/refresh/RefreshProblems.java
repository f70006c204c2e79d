package io.oauthservice.refresh;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.web.ProblemException;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/** Why there is no new token at the moment, and when to ask again. */
public final class RefreshProblems {

    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final Duration ASK_LATER = Duration.ofSeconds(15);

    private RefreshProblems() {}

    /** The provider gives none, for this reason. */
    public static ProblemException unavailable(ProviderException failure) {
        return switch (failure) {
            case RateLimited limited -> unavailable("down", limited).retryAfter(limited.after());
            case Misconfigured misconfigured ->
                unavailable("misconfigured", misconfigured).retryAfter(ASK_LATER);
            case ProviderException other ->
                unavailable(other.code().equals("timeout") ? "timeout" : "down", other)
                        .retryAfter(ASK_AGAIN);
        };
    }

    private static ProblemException unavailable(String reason, ProviderException failure) {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "The provider gives no new token at the moment; ask again",
                        failure)
                .with("reason", reason);
    }

    /** Whether the provider cannot have redeemed anything, as far as the failure tells. */
    public static boolean hadNoEffect(Throwable failure) {
        return switch (failure.getCause()) {
            case Retryable retryable -> !retryable.mayHaveTakenEffect();
            case ProviderException other -> true;
            case null, default -> false;
        };
    }

    /** How long the provider wants to be left alone by all of us; zero where it does not say. */
    static Duration quota(Throwable failure) {
        return failure.getCause() instanceof RateLimited limited && limited.isPlatformWide()
                ? limited.after()
                : Duration.ZERO;
    }

    static ProblemException beingChecked() {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "The provider refuses many tokens at once; whether the fault is ours is being checked, ask again")
                .with("reason", "misconfigured")
                .retryAfter(ASK_AGAIN);
    }

    /** Somebody else's refresh is not over, and what there is does not do. */
    public static ProblemException stillRefreshing() {
        return stillRefreshing(ASK_AGAIN);
    }

    static ProblemException stillRefreshing(Duration wait) {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "A refresh of this token has not come to an end yet; ask again")
                .with("reason", "timeout")
                .retryAfter(wait);
    }
}
