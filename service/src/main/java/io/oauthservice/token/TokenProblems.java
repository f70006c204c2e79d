package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.web.ProblemException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Why there is no token, and what the caller can do about it. */
@Component
class TokenProblems {

    private static final int MOST_CANDIDATES = 10;

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
                        "Several organisations have this name; ask again by the id of one of them, as org_id")
                .with("candidates", candidates.stream().limit(MOST_CANDIDATES).toList());
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

    /** The token was reported as rejected, and the provider does not say whether it is. */
    static ProblemException undecided() {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "The provider does not say whether the token is still good; ask again")
                .with("reason", "down")
                .retryAfter(Duration.ofSeconds(15));
    }

    static ProblemException tooManyReports() {
        return new ProblemException(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "rate-limited",
                        "Too many refused tokens were reported by this caller within a minute; ask again later")
                .retryAfter(Duration.ofMinutes(1));
    }
}
