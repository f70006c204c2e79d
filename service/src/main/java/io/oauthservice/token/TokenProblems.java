package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.Permissions;
import io.oauthservice.tokencache.BeyondGrantException;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The problems of token requests: why there is no token, and what the caller can do. */
@Component
class TokenProblems {

    private static final int MAX_CANDIDATES = 10;

    private final ConnectUrls connectUrls;

    TokenProblems(ConnectUrls connectUrls) {
        this.connectUrls = connectUrls;
    }

    ProblemException notConnected(Platform platform) {
        return new ProblemException(
                        ProblemType.NOT_CONNECTED,
                        "This organisation is not connected; " + advice(platform) + " to connect it")
                .with("connect_url", connectUrls.of(platform));
    }

    /** Without open flows there is no address for a browser. */
    private String advice(Platform platform) {
        return connectUrls.of(platform) == null ? "ask an administrator of this service" : "open connect_url";
    }

    ProblemException unknownInstallation() {
        return new ProblemException(ProblemType.UNKNOWN_INSTALLATION, "This platform has no installation with this id");
    }

    ProblemException ambiguous(List<String> candidates) {
        return new ProblemException(
                        ProblemType.AMBIGUOUS_ORGANISATION,
                        "Several organisations have this name; repeat the request with the org_id of one of them")
                .with("candidates", candidates.stream().limit(MAX_CANDIDATES).toList());
    }

    /**
     * Rejects an installation whose status allows no token.
     *
     * @throws ProblemException 404 or 409
     */
    void requireActive(Installation installation) {
        switch (installation.status()) {
            case ACTIVE -> {}
            case REVOKED, UNCLAIMED -> throw notConnected(installation.platform());
            case NEEDS_RECONNECT ->
                throw conflict(
                        installation,
                        ProblemType.RECONNECT_REQUIRED,
                        "The grant is no longer valid; " + advice(installation.platform())
                                + " to connect the organisation again");
            case SUSPENDED ->
                throw conflict(
                        installation,
                        ProblemType.SUSPENDED,
                        "unconfirmed".equals(installation.statusReason())
                                ? "The provider reports that the grant has ended, and has not confirmed it yet"
                                : "The installation is suspended at the provider; an administrator must unsuspend it there");
            case PENDING_APPROVAL ->
                throw conflict(
                        installation,
                        ProblemType.PENDING_APPROVAL,
                        "An owner must approve the installation at the provider");
        }
    }

    private ProblemException conflict(Installation installation, ProblemType type, String detail) {
        return new ProblemException(type, detail)
                .with("reason", installation.statusReason())
                .with("since", installation.statusSince())
                .with("connect_url", connectUrls.of(installation.platform()));
    }

    /** The token was reported as rejected, and the provider does not say whether it is. */
    static ProblemException undecided() {
        return new ProblemException(
                        ProblemType.PROVIDER_UNAVAILABLE,
                        "The provider does not say whether the token is still valid; repeat the report later")
                .with("reason", "down")
                .retryAfter(Duration.ofSeconds(15));
    }

    static ProblemException tooManyReports() {
        return tooMany("This caller has reported too many rejected tokens within a minute; repeat the report later");
    }

    static ProblemException tooManyTokens() {
        return tooMany("This caller has requested too many different tokens within a minute; repeat the request later");
    }

    static ProblemException replacedAlready() {
        return tooMany("A token of this kind was replaced less than a minute ago; repeat the report later");
    }

    private static ProblemException tooMany(String detail) {
        return new ProblemException(ProblemType.RATE_LIMITED, detail).retryAfter(Duration.ofMinutes(1));
    }

    static ProblemException cannotBeNarrowed() {
        return ProblemException.invalid(
                "repositories, permissions", "must not be given for this grant, which cannot be narrowed");
    }

    /** Names no repositories: a caller may know those of its request only. */
    static ProblemException notGranted(BeyondGrantException.Reason reason, Installation installation, Caller caller) {
        Permissions granted = Permissions.granted(installation.permissions());
        Ceiling ceiling = caller.ceiling(installation.platform());
        Permissions most = ceiling == null ? null : ceiling.permissions();
        return new ProblemException(
                        ProblemType.PERMISSIONS_NOT_GRANTED,
                        switch (reason) {
                            case PERMISSION ->
                                "The organisation has not granted a permission of the request; granted lists those that it has";
                            case REPOSITORY ->
                                "A repository of the request does not exist, or the organisation has not granted it";
                        })
                .with("reason", reason.code())
                .with("granted", (most == null ? granted : most.lowerOf(granted)).codes())
                .with("repository_selection", installation.metadata().get("repository_selection"));
    }

    /** Whether it is the problem of a grant that cannot be used now. */
    static boolean isOfGrant(Throwable failure) {
        return failure instanceof ProblemException problem
                && !problem.getStatusCode().isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS);
    }
}
