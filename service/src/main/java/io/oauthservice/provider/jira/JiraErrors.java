package io.oauthservice.provider.jira;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Instant;
import java.util.Objects;

/** Classifies Atlassian's error responses (docs/providers.md 2.2, 2.8). A code's meaning depends on the operation. */
final class JiraErrors {

    private JiraErrors() {}

    static ProviderException ofExchange(Reply reply) {
        return ofToken("exchange", reply);
    }

    static ProviderException ofRefresh(Reply reply) {
        return "invalid_grant".equals(reply.text("error")) || isInvalidRefreshToken(reply)
                ? new GrantEnded(
                        Ending.REFRESH_REFUSED,
                        TokenReplies.errorCode(reply.text("error")),
                        "Atlassian rejected the refresh token")
                : ofToken("refresh", reply);
    }

    private static ProviderException ofToken(String operation, Reply reply) {
        String error = TokenReplies.errorCode(reply.text("error"));
        if (isClientRejected(reply)) {
            return new Misconfigured(error, "Atlassian rejected the client id or secret");
        }
        boolean conclusive = reply.status() != 429 && reply.status() < 500 && reply.text("error") != null;
        return conclusive
                ? new BadRequest(error, "Atlassian rejected the " + operation + ": " + error)
                : inconclusive(operation, reply);
    }

    /** Of a request with an access token: docs/providers.md 2.8. */
    static ProviderException ofInfo(String call, Reply reply) {
        String message = Objects.requireNonNullElse(reply.text("message"), "");
        if (reply.status() == 401 && message.contains("scope does not match")) {
            return new BadRequest("scope_missing", "The Atlassian grant lacks a scope that " + call + " needs");
        }
        if (reply.status() == 401) {
            return new AccessTokenRejected("unauthorized", "Atlassian rejected the access token");
        }
        return inconclusive(call, reply);
    }

    /**
     * An invalid refresh token gives the code of a client problem; only the descriptions differ: docs/providers.md 0,
     * 2.2.
     */
    private static boolean isInvalidRefreshToken(Reply reply) {
        String description = Objects.requireNonNullElse(reply.text("error_description"), "");
        return "unauthorized_client".equals(reply.text("error"))
                && (description.contains("refresh_token") || description.contains("expired or revoked"));
    }

    /**
     * At the token endpoint {@code access_denied} means a wrong client secret, not that a user declined:
     * docs/providers.md 2.2.
     */
    private static boolean isClientRejected(Reply reply) {
        String error = Objects.requireNonNullElse(reply.text("error"), "");
        return switch (error) {
            case "access_denied", "unauthorized_client", "invalid_client" -> true;
            default -> reply.status() == 401;
        };
    }

    private static ProviderException inconclusive(String call, Reply reply) {
        if (reply.status() == 429 || (reply.status() == 503 && reply.retryAfter() != null)) {
            return new RateLimited(
                    "Atlassian's rate limit is exceeded", reply.retryAfter("X-RateLimit-Reset", Instant::parse));
        }
        String message = "Atlassian answered " + reply.status() + " to " + call;
        return reply.status() >= 500 || reply.body().isMissingNode() || reply.ok()
                ? Retryable.outcomeUnknown("http_" + reply.status(), message)
                : new BadRequest("http_" + reply.status(), message);
    }
}
