package io.oauthservice.provider.slack;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.time.Duration;

/** Classifies failures (docs/providers.md 3.2, 3.8): mostly status 200 with {@code ok: false}; 429 for rate limits. */
final class SlackErrors {

    /**
     * How long to wait before the next call with a grant that becomes usable again by itself (docs/providers.md 3.2).
     */
    private static final Duration PAUSE = Duration.ofHours(1);

    private static final String INVALID_AUTH = "invalid_auth";
    private static final String TOKEN_EXPIRED = "token_expired";

    private SlackErrors() {}

    static ProviderException ofExchange(Reply reply) {
        String error = reply.text("error");
        if (error == null || isLimited(reply)) {
            return ofStatus(reply);
        }
        return switch (error) {
            case "cannot_install_an_org_installed_app",
                    "team_added_to_org",
                    "enterprise_is_restricted",
                    "org_login_required",
                    "two_factor_setup_required",
                    "user_email_unverified",
                    "ekm_access_denied",
                    "access_denied",
                    "accesslimited",
                    "no_permission" -> new DeniedByUser(error, "Slack declined the installation: " + error);
            default -> classifyCommon(error);
        };
    }

    /** Of a refresh, and of every call with a token: docs/providers.md 3.2, 3.6. */
    static ProviderException ofUse(Reply reply) {
        String error = reply.text("error");
        if (error == null || isLimited(reply)) {
            return ofStatus(reply);
        }
        return switch (error) {
            case "team_added_to_org", "org_login_required" ->
                RateLimited.ofOneGrant("The Slack workspace is being moved into an organisation: " + error, PAUSE);
            case "ekm_access_denied" ->
                RateLimited.ofOneGrant("The Slack organisation has suspended access by its own keys: " + error, PAUSE);
            default -> classifyCommon(error);
        };
    }

    private static ProviderException classifyCommon(String error) {
        return switch (error) {
            case "invalid_client_id",
                    "bad_client_secret",
                    "bad_redirect_uri",
                    "client_id_token_mismatch",
                    "invalid_grant_type",
                    "pkce_not_allowed",
                    "no_scopes",
                    "preview_feature_not_available" ->
                new Misconfigured(error, "Slack rejected the client id, secret or callback URL: " + error);
            case "invalid_refresh_token", "token_revoked", "account_inactive" ->
                tokenRejected(Ending.REFRESH_REFUSED, error);
            case "internal_error", "service_unavailable", "request_timeout", "fatal_error" ->
                Retryable.outcomeUnknown(error, "Slack failed: " + error);
            default ->
                new BadRequest(
                        TokenReplies.errorCode(error), "Slack rejected the request: " + TokenReplies.errorCode(error));
        };
    }

    static GrantEnded tokenRejected(Ending ending, String error) {
        return new GrantEnded(ending, error, "Slack rejected the token: " + error);
    }

    /** Of a call that reads an installation: an inconclusive error concerns the access token only. */
    static ProviderException ofRead(BadRequest failure) {
        return isInconclusive(failure)
                ? new AccessTokenRejected(failure.code(), "Slack rejected the access token: " + failure.code())
                : failure;
    }

    /**
     * Whether the error says nothing about the grant: an address that may not call gets {@code invalid_auth} too, and
     * {@code token_expired} concerns the token alone. https://docs.slack.dev/reference/methods/auth.test#errors
     */
    static boolean isInconclusive(Throwable failure) {
        return isInvalidAuth(failure) || isExpired(failure);
    }

    static boolean isInvalidAuth(Throwable failure) {
        return isBadRequest(failure, INVALID_AUTH);
    }

    static boolean isExpired(Throwable failure) {
        return isBadRequest(failure, TOKEN_EXPIRED);
    }

    private static boolean isBadRequest(Throwable failure, String error) {
        return failure instanceof BadRequest bad && bad.code().equals(error);
    }

    private static boolean isLimited(Reply reply) {
        return reply.status() == 429 || "ratelimited".equals(reply.text("error"));
    }

    private static ProviderException ofStatus(Reply reply) {
        if (isLimited(reply)) {
            return new RateLimited("Slack's rate limit is exceeded", reply.retryAfter());
        }
        return Retryable.outcomeUnknown("http_" + reply.status(), "Slack answered " + reply.status());
    }
}
