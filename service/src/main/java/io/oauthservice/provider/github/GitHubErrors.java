package io.oauthservice.provider.github;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenNarrower;
import io.oauthservice.provider.TokenReplies;
import java.time.Instant;
import java.util.Locale;

/** Classifies GitHub's error responses (docs/providers.md 1.4, 1.6, 1.11). The status alone is never sufficient. */
final class GitHubErrors {

    private GitHubErrors() {}

    /** A response of the token endpoint, where GitHub reports errors with status 200: docs/providers.md 1.4. */
    static ProviderException ofTokenEndpoint(Reply reply) {
        String error = reply.text("error");
        if (error == null) {
            return ofStatus("token", reply);
        }
        String message = "GitHub rejected the code or token: " + TokenReplies.errorCode(error);
        return switch (error) {
            case "incorrect_client_credentials", "redirect_uri_mismatch", "application_suspended" ->
                new Misconfigured(error, "GitHub rejected the app's credentials or callback URL: " + error);
            case "unverified_user_email", "access_denied" -> new DeniedByUser(error, message);
            case "bad_refresh_token" -> new GrantEnded(Ending.REFRESH_REFUSED, error, message);
            default -> new BadRequest(TokenReplies.errorCode(error), message);
        };
    }

    /** A response to minting an installation token, except 404, which is ambiguous: docs/providers.md 1.6. */
    static ProviderException ofMint(Reply reply) {
        if (isSuspension(reply)) {
            return new GrantEnded(Ending.SUSPENDED, "suspended", "GitHub has suspended the installation");
        }
        if (reply.status() == 422) {
            return message(reply).contains("repositor")
                    ? new BadRequest(
                            TokenNarrower.REPOSITORY_NOT_GRANTED,
                            "The installation does not grant the requested repositories")
                    : new BadRequest(
                            TokenNarrower.PERMISSION_NOT_GRANTED,
                            "The installation does not grant the requested permissions");
        }
        return ofAppCall("mint", reply);
    }

    /** A response to {@code GET /app}: 404 means a wrong client id or a wrong API address (docs/providers.md 4). */
    static ProviderException ofApp(Reply reply) {
        return reply.status() == 404
                ? new Misconfigured(
                        "app_unknown", "GitHub does not know the app: check GITHUB_CLIENT_ID and GITHUB_API_URL")
                : ofAppCall("app", reply);
    }

    static ProviderException otherApp(String appId) {
        return new Misconfigured(
                "app_id_mismatch",
                "GITHUB_APP_ID=" + appId + " is not the app that GITHUB_CLIENT_ID and the private key belong to");
    }

    /** A response to a call with the client's secret that says nothing about the token in it: docs/providers.md 1.9. */
    static ProviderException ofClientCall(String call, Reply reply) {
        return reply.status() == 401
                ? new Misconfigured("client_rejected", "GitHub rejected the app's client id or secret")
                : ofStatus(call, reply);
    }

    /** A failed call with the App JWT that is neither {@link #ofMint} nor {@link #ofApp}: docs/providers.md 1.6. */
    static ProviderException ofAppCall(String call, Reply reply) {
        if (reply.status() == 401) {
            return new Misconfigured(
                    "app_rejected", "GitHub rejected the App JWT: check the client id and the private key");
        }
        return ofStatus(call, reply);
    }

    /** A failed response that no other method classifies: rate limits, API version, status (docs/providers.md 1.11). */
    static ProviderException ofStatus(String call, Reply reply) {
        if (isLimited(reply)) {
            return new RateLimited(
                    "GitHub's rate limit is exceeded",
                    reply.retryAfter("x-ratelimit-reset", reset -> Instant.ofEpochSecond(Long.parseLong(reset))));
        }
        if (isVersionRejected(reply)) {
            return new Misconfigured(
                    "api_version_unsupported", "GitHub does not support the API version: check GITHUB_API_VERSION");
        }
        String message = "GitHub answered " + reply.status() + " to " + call;
        if (reply.status() >= 500 || reply.ok()) {
            return Retryable.outcomeUnknown("http_" + reply.status(), message);
        }
        return new BadRequest("http_" + reply.status(), message);
    }

    /** Whether the installation is suspended: docs/providers.md 1.6. */
    static boolean isSuspension(Reply reply) {
        return reply.status() == 403 && message(reply).contains("suspended");
    }

    /**
     * Whether the App JWT was rejected because of its times, so that a corrected clock helps: docs/providers.md 1.5.
     */
    static boolean isClockSkew(Reply reply) {
        return reply.status() == 401
                && (message(reply).contains("'expiration time' claim")
                        || message(reply).contains("'issued at' claim"));
    }

    /**
     * GitHub rejects unknown versions: https://docs.github.com/rest/about-the-rest-api/api-versions, seen in November
     * 2026.
     */
    private static boolean isVersionRejected(Reply reply) {
        String why = message(reply) + reply.body().path("errors").asString("");
        return reply.status() == 400 && why.contains("not a supported version");
    }

    /** Both of GitHub's limits come as 403 or 429: docs/providers.md 1.11. */
    private static boolean isLimited(Reply reply) {
        return reply.status() == 429
                || (reply.status() == 403
                        && (reply.retryAfter() != null
                                || "0".equals(reply.headers().getFirst("x-ratelimit-remaining"))
                                || message(reply).contains("rate limit")));
    }

    private static String message(Reply reply) {
        String message = reply.text("message");
        return message == null ? "" : message.toLowerCase(Locale.ROOT);
    }
}
