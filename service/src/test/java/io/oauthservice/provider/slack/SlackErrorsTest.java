package io.oauthservice.provider.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The classes of Slack's error responses, row by row: docs/providers.md 3.2, 3.8. All have status 200. */
class SlackErrorsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource({
        "invalid_code,                         BadRequest",
        "oauth_authorization_url_mismatch,     BadRequest",
        "invalid_code_verifier,                BadRequest",
        "code_already_used,                    BadRequest",
        "missing_scope,                        BadRequest",
        "unknown_method,                       BadRequest",
        "invalid_client_id,                    Misconfigured",
        "bad_client_secret,                    Misconfigured",
        "bad_redirect_uri,                     Misconfigured",
        "invalid_grant_type,                   Misconfigured",
        "pkce_not_allowed,                     Misconfigured",
        "no_scopes,                            Misconfigured",
        "preview_feature_not_available,        Misconfigured",
        "cannot_install_an_org_installed_app,  DeniedByUser",
        "team_added_to_org,                    DeniedByUser",
        "enterprise_is_restricted,             DeniedByUser",
        "org_login_required,                   DeniedByUser",
        "two_factor_setup_required,            DeniedByUser",
        "user_email_unverified,                DeniedByUser",
        "ekm_access_denied,                    DeniedByUser",
        "access_denied,                        DeniedByUser",
        "accesslimited,                        DeniedByUser",
        "no_permission,                        DeniedByUser",
        "ratelimited,                          RateLimited",
        "internal_error,                       Retryable",
        "fatal_error,                          Retryable"
    })
    void exchangeErrorsAreClassified(String error, String expected) {
        assertThat(nameOf(SlackErrors.ofExchange(reply(error)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_refresh_token,     GrantEnded",
        "token_revoked,             GrantEnded",
        "token_expired,             BadRequest",
        "account_inactive,          GrantEnded",
        "invalid_auth,              BadRequest",
        "bad_client_secret,         Misconfigured",
        "client_id_token_mismatch,  Misconfigured",
        "missing_scope,             BadRequest",
        "team_added_to_org,         RateLimited",
        "org_login_required,        RateLimited",
        "ekm_access_denied,         RateLimited",
        "ratelimited,               RateLimited",
        "internal_error,            Retryable",
        "service_unavailable,       Retryable",
        "request_timeout,           Retryable",
        "fatal_error,               Retryable"
    })
    void refreshErrorsAreClassified(String error, String expected) {
        assertThat(nameOf(SlackErrors.ofUse(reply(error)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"invalid_auth, true", "token_expired, true", "token_revoked, false", "missing_scope, false"})
    void someErrorsAreInconclusive(String error, boolean inconclusive) {
        assertThat(SlackErrors.isInconclusive(SlackErrors.ofUse(reply(error)))).isEqualTo(inconclusive);
    }

    @ParameterizedTest
    @CsvSource({"invalid_auth,  AccessTokenRejected", "token_expired, AccessTokenRejected", "missing_scope, BadRequest"
    })
    void readErrorsAreClassified(String error, String expected) {
        BadRequest failure = (BadRequest) SlackErrors.ofUse(reply(error));

        assertThat(nameOf(SlackErrors.ofRead(failure))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"team_added_to_org", "org_login_required", "ekm_access_denied"})
    void aGrantThatWorksAgainLaterIsRetriedAfterAnHour(String error) {
        ProviderException failure = SlackErrors.ofUse(reply(error));

        assertThat(((RateLimited) failure).after()).isGreaterThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void aRateLimitLastsForSlacksRetryAfter() {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Retry-After", "30");

        ProviderException failure = SlackErrors.ofUse(new Reply(429, headers, MissingNode.getInstance()));

        assertThat(((RateLimited) failure).after()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void anAbsurdRetryAfterIsLimited() {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Retry-After", "9000000000");

        ProviderException failure = SlackErrors.ofUse(new Reply(429, headers, MissingNode.getInstance()));

        assertThat(((RateLimited) failure).after()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void aPageInsteadOfJsonIsInconclusive() {
        Reply page = new Reply(200, new HttpHeaders(), MissingNode.getInstance());

        assertThat(nameOf(SlackErrors.ofUse(page))).isEqualTo("Retryable");
    }

    private static String nameOf(ProviderException failure) {
        return failure.getClass().getSimpleName();
    }

    private static Reply reply(String error) {
        return new Reply(200, new HttpHeaders(), JSON.readTree("{\"ok\":false,\"error\":\"" + error + "\"}"));
    }
}
