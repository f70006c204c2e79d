package io.oauthservice.provider.github;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an answer of GitHub's that is not a success means. The status alone never decides. */
final class GitHubErrors {

    private static final Duration WAIT_WHEN_UNTOLD = Duration.ofSeconds(60);

    private GitHubErrors() {}

    /** An answer of the token endpoint: GitHub tells errors there with status 200. */
    static ProviderException ofTokenEndpoint(Reply reply) {
        String error = reply.text("error");
        if (error == null) {
            return ofStatus("token", reply);
        }
        String message = "GitHub refused the code or token: " + TokenReplies.word(error);
        return switch (error) {
            case "incorrect_client_credentials", "redirect_uri_mismatch", "application_suspended" ->
                new Misconfigured(error, "GitHub refused the app's own credentials or callback URL: " + error);
            case "unverified_user_email", "access_denied" -> new DeniedByUser(error, message);
            case "bad_refresh_token" -> new ReconnectRequired(Ending.REFRESH_REFUSED, error, message);
            default -> new BadRequest(TokenReplies.word(error), message);
        };
    }

    /** An answer to minting an installation token, a 404 excepted: that needs another look at the app itself. */
    static ProviderException ofMint(Reply reply) {
        if (isSuspension(reply)) {
            return new ReconnectRequired(Ending.SUSPENDED, "suspended", "GitHub has suspended the installation");
        }
        if (reply.status() == 422) {
            return new BadRequest("permissions_not_granted", "The installation does not grant what was asked for");
        }
        return ofAppCall("mint", reply);
    }

    /** An answer to asking for the app itself: one that is not found is the wrong one, or at the wrong address. */
    static ProviderException ofApp(Reply reply) {
        return reply.status() == 404
                ? new Misconfigured("app_unknown", "GitHub knows no such app: check client id and API address")
                : ofAppCall("app", reply);
    }

    /** An answer to a call with client id and secret that says nothing of the token in it. */
    static ProviderException ofClientCall(String call, Reply reply) {
        return reply.status() == 401
                ? new Misconfigured("client_refused", "GitHub does not accept the app's client id or secret")
                : ofStatus(call, reply);
    }

    /** An answer to any other call that the app makes in its own name. */
    static ProviderException ofAppCall(String call, Reply reply) {
        if (reply.status() == 401) {
            return new Misconfigured("app_refused", "GitHub does not accept the App JWT: check app id and private key");
        }
        return ofStatus(call, reply);
    }

    /** An answer to a call with a user's token. */
    static ProviderException ofStatus(String call, Reply reply) {
        Duration wait = rateLimit(reply);
        if (wait != null) {
            return new RateLimited("GitHub limits our calls", wait);
        }
        String message = "GitHub answered " + reply.status() + " to " + call;
        if (reply.status() >= 500 || reply.ok()) {
            return new Retryable("http_" + reply.status(), message, true, null);
        }
        return new BadRequest("http_" + reply.status(), message);
    }

    /** Whether the call was refused because the installation is suspended, whatever it asked for. */
    static boolean isSuspension(Reply reply) {
        return reply.status() == 403 && message(reply).contains("suspended");
    }

    /** Whether the App JWT was refused for its times, so that another clock would help. */
    static boolean isClockSkew(Reply reply) {
        return reply.status() == 401
                && (message(reply).contains("'expiration time' claim")
                        || message(reply).contains("'issued at' claim"));
    }

    private static @Nullable Duration rateLimit(Reply reply) {
        boolean limited = reply.status() == 429
                || (reply.status() == 403
                        && (reply.retryAfter() != null
                                || "0".equals(reply.headers().getFirst("x-ratelimit-remaining"))
                                || message(reply).contains("rate limit")));
        if (!limited) {
            return null;
        }
        Duration retryAfter = reply.retryAfter();
        return retryAfter != null ? retryAfter : untilReset(reply);
    }

    private static Duration untilReset(Reply reply) {
        String reset = reply.headers().getFirst("x-ratelimit-reset");
        try {
            return reset == null
                    ? WAIT_WHEN_UNTOLD
                    : Duration.between(reply.date(), Instant.ofEpochSecond(Long.parseLong(reset)));
        } catch (NumberFormatException e) {
            return WAIT_WHEN_UNTOLD;
        }
    }

    private static String message(Reply reply) {
        String message = reply.text("message");
        return message == null ? "" : message.toLowerCase(Locale.ROOT);
    }
}
