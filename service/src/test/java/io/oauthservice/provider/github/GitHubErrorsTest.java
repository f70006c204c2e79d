package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/** The classes of GitHub's error responses, row by row: docs/providers.md 1.4, 1.6, 1.11. */
class GitHubErrorsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NOW = "Sun, 02 Aug 2026 10:00:00 GMT";
    private static final Instant TEN_O_CLOCK = Instant.parse("2026-08-02T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "bad_verification_code,        BadRequest",
        "unsupported_grant_type,       BadRequest",
        "something_new,                BadRequest",
        "incorrect_client_credentials, Misconfigured",
        "redirect_uri_mismatch,        Misconfigured",
        "application_suspended,        Misconfigured",
        "unverified_user_email,        DeniedByUser",
        "access_denied,                DeniedByUser",
        "bad_refresh_token,            GrantEnded"
    })
    void theTokenEndpointReportsErrorsWithStatus200(String error, String expected) {
        ProviderException failure = GitHubErrors.ofTokenEndpoint(reply(200, "{\"error\":\"" + error + "\"}"));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(expected);
        assertThat(failure.code()).isEqualTo(error);
    }

    @Test
    void anInvalidErrorCodeIsNotPassedOn() {
        ProviderException failure = GitHubErrors.ofTokenEndpoint(reply(200, "{\"error\":\"<b>ghu_secret</b>\"}"));

        assertThat(failure.code()).isEqualTo("unknown_error");
        assertThat(failure.getMessage()).doesNotContain("ghu_secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | Server Error                                                  | Retryable",
                "502 |                                                               | Retryable",
                "200 |                                                               | Retryable",
                "401 | A JSON web token could not be decoded                         | Misconfigured",
                "401 | 'Expiration time' claim ('exp') is too far in the future      | Misconfigured",
                "403 | This installation has been suspended                          | GrantEnded",
                "403 | You have exceeded a secondary rate limit. Please wait.        | RateLimited",
                "403 | API rate limit exceeded for installation ID 42.               | RateLimited",
                "403 | Resource not accessible by integration                        | BadRequest",
                "422 | The permissions requested are not granted to this installation. | BadRequest",
                "429 | Too Many Requests                                             | RateLimited"
            },
            quoteCharacter = '"')
    void mintingErrorsAreClassified(int status, String message, String expected) {
        String body = message == null ? "" : "{\"message\":\"" + message + "\"}";

        ProviderException failure = GitHubErrors.ofMint(reply(status, body));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"401, Misconfigured", "404, BadRequest", "429, RateLimited", "500, Retryable", "504, Retryable"})
    void errorsOfCallsWithTheAppJwtAreClassified(int status, String expected) {
        ProviderException failure = GitHubErrors.ofAppCall("installation", reply(status, ""));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"401, BadRequest", "403, BadRequest", "404, BadRequest", "429, RateLimited", "503, Retryable"})
    void errorsOfCallsWithAUserTokenAreClassified(int status, String expected) {
        ProviderException failure = GitHubErrors.ofStatus("user", reply(status, ""));

        assertThat(failure.getClass().getSimpleName()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This installation has been suspended",
                "Your installation was suspended by an owner.",
                "SUSPENDED"
            })
    void aSuspensionIsReadFromAnyText(String message) {
        assertThat(GitHubErrors.isSuspension(reply(403, "{\"message\":\"" + message + "\"}")))
                .isTrue();
        assertThat(GitHubErrors.isSuspension(reply(401, "{\"message\":\"" + message + "\"}")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'message':'Bad Request','errors':'The version you specified, 2020-01-01, is not a supported version.'}",
                "{'message':'The version you specified, 2020-01-01, is not a supported version.'}"
            })
    void anUnsupportedApiVersionIsAMisconfiguration(String body) {
        assertThat(GitHubErrors.ofStatus("user", reply(400, body.replace('\'', '"'))))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("GITHUB_API_VERSION");
    }

    @Test
    void anotherBadRequestIsNoMisconfiguration() {
        assertThat(GitHubErrors.ofStatus("user", reply(400, "{\"message\":\"Problems parsing JSON\"}")))
                .isInstanceOf(BadRequest.class);
    }

    @Test
    void aSuspendedInstallationHasNotEnded() {
        Reply reply = reply(403, "{\"message\":\"This installation has been suspended\"}");

        assertThat(GitHubErrors.ofMint(reply))
                .isInstanceOfSatisfying(
                        GrantEnded.class, ended -> assertThat(ended.ending()).isEqualTo(Ending.SUSPENDED));
    }

    @ParameterizedTest
    @CsvSource({
        "429, Retry-After,           17,                              PT17S",
        "403, Retry-After,           17,                              PT17S",
        "429, Retry-After,           'Sun, 02 Aug 2026 10:05:00 GMT', PT5M",
        "429, x-ratelimit-reset,     1785665400,                      PT10M",
        "429, x-ratelimit-reset,     never,                           PT1M",
        "403, x-ratelimit-remaining, 0,                               PT1M",
        "429, X-Other,               1,                               PT1M"
    })
    void aRateLimitContainsTheTimeToWait(int status, String header, String value, Duration wait) {
        Reply reply = reply(status, "{}");
        reply.headers().set(header, value);

        assertThat(GitHubErrors.ofStatus("user", reply))
                .isInstanceOfSatisfying(
                        RateLimited.class,
                        limited -> assertThat(limited.after()).isEqualTo(wait));
    }

    @ParameterizedTest
    @CsvSource({"Retry-After, 'Sun, 02 Aug 2026 09:59:00 GMT'", "x-ratelimit-reset, 1785664740", "Retry-After, -5"})
    void aRateLimitInThePastHasNoNegativeWait(String header, String value) {
        Reply reply = reply(429, "{}");
        reply.headers().set(header, value);

        assertThat(GitHubErrors.ofStatus("user", reply))
                .isInstanceOfSatisfying(
                        RateLimited.class,
                        limited -> assertThat(limited.after()).isGreaterThanOrEqualTo(Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "401 | 'Expiration time' claim ('exp') is too far in the future                  | true",
                "401 | 'Expiration time' claim ('exp') must be a numeric value representing …    | true",
                "401 | 'Issued at' claim ('iat') must be an Integer representing the time that … | true",
                "401 | A JSON web token could not be decoded                                     | false",
                "403 | 'Expiration time' claim ('exp') is too far in the future                  | false"
            })
    void onlyRejectedTimesIndicateClockSkew(int status, String message, boolean skew) {
        assertThat(GitHubErrors.isClockSkew(reply(status, "{\"message\":\"" + message + "\"}")))
                .isEqualTo(skew);
    }

    private static Reply reply(int status, String body) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.DATE, NOW);
        assertThat(new Reply(status, headers, JSON.createObjectNode()).date()).isEqualTo(TEN_O_CLOCK);
        return new Reply(status, headers, body.isEmpty() ? JSON.missingNode() : JSON.readTree(body));
    }
}
