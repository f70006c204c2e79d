package io.oauthservice.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.provider.ProviderHttp.Reply;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import tools.jackson.databind.json.JsonMapper;

/** Responses of token endpoints that deviate from the RFC. */
class TokenRepliesTest {

    private static final Instant TEN_O_CLOCK = Instant.parse("2026-08-02T10:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"3600", "\"3600\"", "3600.0", "\"3600.7\""})
    void aLifetimeIsANumberOrAString(String life) {
        Reply reply = reply("{\"expires_in\":" + life + "}");

        assertThat(TokenReplies.expiry(reply, reply.body(), "expires_in")).isEqualTo(TEN_O_CLOCK.plusSeconds(3600));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"expires_in\":null}", "{\"expires_in\":\"\"}", "{\"expires_in\":[]}"})
    void withoutALifetimeTheTokenDoesNotExpire(String body) {
        Reply reply = reply(body);

        assertThat(TokenReplies.expiry(reply, reply.body(), "expires_in")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"0\"", "-5", "0.4"})
    void zeroExpiresInIsAnUnknownExpiry(String life) {
        Reply reply = reply("{\"expires_in\":" + life + "}");

        assertThat(TokenReplies.expiry(reply, reply.body(), "expires_in")).isNull();
    }

    @Test
    void aLifetimeIsLimited() {
        Reply reply = reply("{\"expires_in\":9e99}");

        assertThat(TokenReplies.expiry(reply, reply.body(), "expires_in")).isEqualTo("2036-07-30T10:00:00Z");
    }

    @Test
    void aLifetimeThatIsNoNumberIsInconclusive() {
        Reply reply = reply("{\"expires_in\":\"soon\"}");

        assertThatThrownBy(() -> TokenReplies.expiry(reply, reply.body(), "expires_in"))
                .isInstanceOf(ProviderException.Retryable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read write", "read,write", "read, write", " read  write,"})
    void scopesAreSeparatedBySpacesOrCommas(String list) {
        assertThat(TokenReplies.scopes(list)).containsExactly("read", "write");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"scope\":null}"})
    void withoutScopesTheRequestedOnesAreGranted(String body) {
        assertThat(TokenReplies.granted(reply(body).body(), Set.of("read"))).containsExactly("read");
    }

    @Test
    void anEmptyListGrantsNoScope() {
        assertThat(TokenReplies.granted(reply("{\"scope\":\"\"}").body(), Set.of("read")))
                .isEmpty();
    }

    @Test
    void anInvalidErrorCodeIsNotPassedOn() {
        assertThat(TokenReplies.errorCode("invalid_grant")).isEqualTo("invalid_grant");
        assertThat(TokenReplies.errorCode("token xoxb-123 is dead")).isEqualTo("unknown_error");
        assertThat(TokenReplies.errorCode(null)).isEqualTo("unknown_error");
    }

    private static Reply reply(String body) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Date", "Sun, 02 Aug 2026 10:00:00 GMT");
        return new Reply(200, headers, JsonMapper.shared().readTree(body));
    }
}
