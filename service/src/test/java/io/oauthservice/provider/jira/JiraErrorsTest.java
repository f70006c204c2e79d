package io.oauthservice.provider.jira;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The classes of Atlassian's error responses, row by row: docs/providers.md 2.2, 2.8. */
class JiraErrorsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest
    @CsvSource({
        "401, access_denied,          Unauthorized,                      Misconfigured",
        "401, ,                       ,                                  Misconfigured",
        "401, invalid_client,         ,                                  Misconfigured",
        "403, unauthorized_client,    something else,                    Misconfigured",
        "400, invalid_request,        authorization_code is invalid,     BadRequest",
        "403, invalid_grant,          ,                                  BadRequest",
        "400, unsupported_grant_type, ,                                  BadRequest",
        "429, ,                       ,                                  RateLimited",
        "500, ,                       ,                                  Retryable",
        "200, ,                       ,                                  Retryable"
    })
    void exchangeErrorsAreClassified(int status, String error, String description, String expected) {
        assertThat(nameOf(JiraErrors.ofExchange(reply(status, error, description))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "403, invalid_grant,          Unknown or invalid refresh token., GrantEnded",
        "403, unauthorized_client,    refresh_token is invalid,          GrantEnded",
        "403, invalid_grant,          Token was globally revoked,        GrantEnded",
        "403, unauthorized_client,    Token has been expired or revoked., GrantEnded",
        "400, invalid_grant,          ,                                  GrantEnded",
        "401, access_denied,          Unauthorized,                      Misconfigured",
        "403, unauthorized_client,    the client may not do this,        Misconfigured",
        "400, invalid_request,        ,                                  BadRequest",
        "429, ,                       ,                                  RateLimited",
        "502, ,                       ,                                  Retryable"
    })
    void refreshErrorsAreClassified(int status, String error, String description, String expected) {
        assertThat(nameOf(JiraErrors.ofRefresh(reply(status, error, description))))
                .isEqualTo(expected);
    }

    @Test
    void aMissingScopeDoesNotCauseARefresh() {
        Reply reply = new Reply(
                401,
                new HttpHeaders(),
                JSON.readTree("{\"code\":401,\"message\":\"Unauthorized; scope does not match\"}"));

        assertThat(JiraErrors.ofInfo("/me", reply).code()).isEqualTo("scope_missing");
    }

    @Test
    void aRejectedAccessTokenIsNoEndOfTheGrant() {
        assertThat(nameOf(JiraErrors.ofInfo("/me", reply(401, "unauthorized", "Token expired"))))
                .isEqualTo("AccessTokenRejected");
    }

    @Test
    void aPageInsteadOfJsonIsInconclusive() {
        Reply page = new Reply(403, new HttpHeaders(), MissingNode.getInstance());

        assertThat(nameOf(JiraErrors.ofRefresh(page))).isEqualTo("Retryable");
    }

    @ParameterizedTest
    @CsvSource({
        "Retry-After,       7,                    PT7S",
        "Retry-After,       0,                    PT1S",
        "X-RateLimit-Reset, 2026-08-02T09:59:30Z, PT1S",
        "X-RateLimit-Reset, 2026-08-02T10:00:30Z, PT30S",
        "X-RateLimit-Reset, not a time,           PT1M",
        "X-Other,           1,                    PT1M"
    })
    void aRateLimitContainsTheTimeToWait(String header, String value, Duration expected) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Date", "Sun, 02 Aug 2026 10:00:00 GMT");
        headers.set(header, value);

        ProviderException failure = JiraErrors.ofRefresh(new Reply(429, headers, MissingNode.getInstance()));

        assertThat(((RateLimited) failure).after()).isEqualTo(expected);
    }

    private static String nameOf(ProviderException failure) {
        return failure.getClass().getSimpleName();
    }

    private static Reply reply(int status, String error, String description) {
        String json =
                error == null ? "{}" : "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(error, description);
        return new Reply(status, new HttpHeaders(), JSON.readTree(json));
    }
}
