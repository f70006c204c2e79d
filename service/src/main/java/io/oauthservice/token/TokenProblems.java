package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.Platform;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.web.ProblemException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Why there is no token, and what the caller can do about it. */
@Component
class TokenProblems {

    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
    private static final Duration ASK_LATER = Duration.ofSeconds(15);

    private final ConnectUrls connectUrls;

    TokenProblems(ConnectUrls connectUrls) {
        this.connectUrls = connectUrls;
    }

    ProblemException notConnected(Platform platform, @Nullable Caller caller) {
        return new ProblemException(
                        HttpStatus.NOT_FOUND,
                        "not-connected",
                        "Nobody has connected this organisation; start at connect_url")
                .with("connect_url", connectUrls.of(platform, caller));
    }

    ProblemException unknownInstallation() {
        return new ProblemException(
                HttpStatus.NOT_FOUND, "unknown-installation", "There is no installation with this id on this platform");
    }

    ProblemException ambiguous(List<String> candidates) {
        return new ProblemException(
                        HttpStatus.CONFLICT,
                        "ambiguous-organisation",
                        "Several organisations have this name; ask again with one of these ids")
                .with("candidates", candidates);
    }

    /** What stands in the way of using this installation; null: nothing. */
    @Nullable
    ProblemException standing(Installation installation, Caller caller) {
        return switch (installation.status()) {
            case ACTIVE -> null;
            case REVOKED, UNCLAIMED -> notConnected(installation.platform(), caller);
            case NEEDS_RECONNECT ->
                conflict(
                        installation, caller, "reconnect-required", "The grant has died; connect again at connect_url");
            case SUSPENDED ->
                conflict(
                        installation,
                        caller,
                        "suspended",
                        "The provider has suspended it; somebody must wake it there");
            case PENDING_APPROVAL ->
                conflict(installation, caller, "pending-approval", "An owner at the provider has still to approve it");
        };
    }

    private ProblemException conflict(Installation installation, Caller caller, String name, String detail) {
        return new ProblemException(HttpStatus.CONFLICT, name, detail)
                .with("reason", installation.statusReason())
                .with("since", installation.statusSince())
                .with("connect_url", connectUrls.of(installation.platform(), caller));
    }

    static ProblemException unavailable(ProviderException failure) {
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
    static boolean hadNoEffect(Throwable failure) {
        return switch (failure.getCause()) {
            case Retryable retryable -> !retryable.mayHaveTakenEffect();
            case ProviderException other -> true;
            case null, default -> false;
        };
    }

    /** How long the provider wants to be left alone; zero where it does not say. */
    static Duration quota(Throwable failure) {
        return failure.getCause() instanceof RateLimited limited ? limited.after() : Duration.ZERO;
    }

    static ProblemException tooManyReports() {
        return new ProblemException(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "rate-limited",
                        "Too many refused tokens were reported by this caller within a minute; ask again later")
                .retryAfter(Duration.ofMinutes(1));
    }

    static ProblemException beingChecked() {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "The provider refuses many tokens at once; whether the fault is ours is being checked, ask again")
                .with("reason", "misconfigured")
                .retryAfter(ASK_AGAIN);
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
