package io.oauthservice.provider.jira;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an answer of Atlassian's that is not a success means. The same word differs between exchange and refresh. */
final class JiraErrors {

    private static final Duration WAIT_WHEN_UNTOLD = Duration.ofSeconds(60);

    private JiraErrors() {}

    static ProviderException ofExchange(Reply reply) {
        String error = reply.text("error");
        if (isOurs(reply)) {
            return misconfigured(error);
        }
        return isVerdict(reply)
                ? new BadRequest(TokenReplies.word(error), "Atlassian refused the code: " + TokenReplies.word(error))
                : withoutVerdict("exchange", reply);
    }

    static ProviderException ofRefresh(Reply reply) {
        String error = Objects.requireNonNullElse(reply.text("error"), "");
        if (error.equals("invalid_grant") || isDeadRefreshToken(reply)) {
            return new ReconnectRequired(Ending.REFRESH_REFUSED, error, "Atlassian refused the refresh token");
        }
        if (isOurs(reply)) {
            return misconfigured(error);
        }
        return isVerdict(reply)
                ? new BadRequest(TokenReplies.word(error), "Atlassian refused the refresh: " + TokenReplies.word(error))
                : withoutVerdict("refresh", reply);
    }

    /** Asking who and what a token reaches. */
    static ProviderException ofInfo(String call, Reply reply) {
        String message = Objects.requireNonNullElse(reply.text("message"), "");
        if (reply.status() == 401 && message.contains("scope does not match")) {
            return new BadRequest("scope_missing", "The Atlassian grant lacks a scope that " + call + " needs");
        }
        if (reply.status() == 401) {
            return new ReconnectRequired(Ending.REFRESH_REFUSED, "unauthorized", "Atlassian refused the access token");
        }
        return withoutVerdict(call, reply);
    }

    /** A dead refresh token comes as what RFC 6749 calls a problem of the client: the description tells. */
    private static boolean isDeadRefreshToken(Reply reply) {
        String description = Objects.requireNonNullElse(reply.text("error_description"), "");
        return "unauthorized_client".equals(reply.text("error")) && description.contains("refresh_token");
    }

    /** At the token endpoint {@code access_denied} means a wrong client secret, not a person's refusal. */
    private static boolean isOurs(Reply reply) {
        String error = Objects.requireNonNullElse(reply.text("error"), "");
        return switch (error) {
            case "access_denied", "unauthorized_client", "invalid_client" -> true;
            default -> reply.status() == 401;
        };
    }

    private static Misconfigured misconfigured(@Nullable String error) {
        return new Misconfigured(TokenReplies.word(error), "Atlassian refused our client id or secret");
    }

    private static boolean isVerdict(Reply reply) {
        return reply.status() != 429 && reply.status() < 500 && reply.text("error") != null;
    }

    private static ProviderException withoutVerdict(String call, Reply reply) {
        if (reply.status() == 429 || (reply.status() == 503 && reply.retryAfter() != null)) {
            return new RateLimited("Atlassian limits our calls", wait(reply));
        }
        String message = "Atlassian answered " + reply.status() + " to " + call;
        return reply.status() >= 500 || reply.body().isMissingNode() || reply.ok()
                ? new Retryable("http_" + reply.status(), message, true, null)
                : new BadRequest("http_" + reply.status(), message);
    }

    private static Duration wait(Reply reply) {
        Duration after = reply.retryAfter();
        if (after != null) {
            return after;
        }
        String reset = reply.headers().getFirst("X-RateLimit-Reset");
        try {
            return reset == null ? WAIT_WHEN_UNTOLD : Duration.between(reply.date(), Instant.parse(reset));
        } catch (DateTimeParseException e) {
            return WAIT_WHEN_UNTOLD;
        }
    }
}
