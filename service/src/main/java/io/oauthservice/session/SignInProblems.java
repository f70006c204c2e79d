package io.oauthservice.session;

import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The problems of a sign-in at the OpenID provider. They contain no text of the request. */
final class SignInProblems {

    private static final Logger log = LoggerFactory.getLogger(SignInProblems.class);
    private static final int MAX_ERROR = 40;

    private SignInProblems() {}

    /** No cookie, or one that does not belong to the state; a code that was used. */
    static ProblemException notPending() {
        return failed(
                ProblemType.INVALID_REQUEST,
                "The sign-in was not started in this browser, it took more than ten minutes, or it was already"
                        + " completed. Start it again. The browser must accept cookies",
                "not started in this browser, too late, or repeated");
    }

    static ProblemException otherIssuer() {
        return failed(
                ProblemType.INVALID_REQUEST,
                "Another identity provider has answered than the one that was asked. Start the sign-in again",
                "the response names another issuer");
    }

    /** @param error the provider's error code */
    static ProblemException declined(@Nullable String error) {
        boolean printable = error != null && error.length() <= MAX_ERROR && error.matches("[a-z_]+");
        return failed(
                ProblemType.FORBIDDEN,
                "The identity provider has not signed you in. Start the sign-in again, or sign in with an API key",
                "the provider declined: " + (printable ? error : "unknown error"));
    }

    static ProblemException invalidToken(Throwable reason) {
        return failed(
                ProblemType.FORBIDDEN,
                "The answer of the identity provider is not valid. Start the sign-in again. If it happens again, ask an"
                        + " operator of this service",
                "invalid ID token: " + reason.getMessage());
    }

    static ProblemException noRolesClaim(String subject, String claim) {
        return failed(
                ProblemType.FORBIDDEN,
                "You are signed in at the identity provider, but its ID token has no claim " + claim
                        + ", from which this service reads your roles. Ask an operator of this service",
                "the ID token does not contain the claim with the roles: subject=" + subject + " claim=" + claim);
    }

    static ProblemException noRole(String subject, String claim) {
        return failed(
                ProblemType.FORBIDDEN,
                "You are signed in at the identity provider, but none of your roles gives access to this page."
                        + " Ask an operator of this service. It reads your roles from the claim " + claim,
                "none of the roles has permissions: subject=" + subject + " claim=" + claim);
    }

    private static ProblemException failed(ProblemType type, String detail, String error) {
        log.info("Sign-in failed: error={}", error);
        return new ProblemException(type, detail);
    }
}
