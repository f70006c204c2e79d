package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RefreshTest extends AtlassianTestBase {

    private static final String INVALID = "403 unauthorized_client: refresh_token is invalid";

    private int info(JsonNode pair) {
        return withToken(RESOURCES, pair).statusCode();
    }

    @Test
    void aRefreshReturnsANewPairWithTheSameScopes() {
        JsonNode first = pair();

        JsonNode second = refreshed(first);

        assertThat(second.path("access_token")).isNotEqualTo(first.path("access_token"));
        assertThat(second.path("refresh_token")).isNotEqualTo(first.path("refresh_token"));
        assertThat(second.path("expires_in").longValue()).isEqualTo(3600);
        assertThat(second.path("scope")).isEqualTo(first.path("scope"));
        assertThat(info(second)).isEqualTo(200);
    }

    @Test
    void theOldAccessTokenIsValidForTenMoreMinutes() {
        JsonNode first = pair();
        JsonNode second = refreshed(first);

        later("PT9M59S");
        assertThat(info(first)).isEqualTo(200);
        later("PT10M");
        assertThat(info(first)).isEqualTo(401);
        assertThat(info(second)).isEqualTo(200);
        assertThat(violations()).containsExactly("token_expired");
    }

    @Test
    void theOldAccessTokenIsValidUntilItsHourEnds() {
        JsonNode first = pair();
        later("PT55M");
        refreshed(first);

        later("PT59M59S");
        assertThat(info(first)).isEqualTo(200);
        later("PT1H");
        assertThat(info(first)).isEqualTo(401);
        assertThat(violations()).containsExactly("token_expired");
    }

    @Test
    void withinTheLeewayTheReplacedTokenReturnsANewPairOfTheSameFamily() {
        JsonNode first = pair();
        JsonNode lost = refreshed(first);
        later("PT9M59S");

        JsonNode again = refreshed(first);

        assertThat(again.path("refresh_token")).isNotEqualTo(lost.path("refresh_token"));
        assertThat(refresh(again).statusCode()).isEqualTo(200);
        assertThat(refresh(lost).statusCode()).isEqualTo(200);
        assertThat(violations()).isEmpty();
    }

    @Test
    void afterTheLeewayItEndsTheWholeFamily() {
        JsonNode first = pair();
        JsonNode second = refreshed(first);
        later("PT10M");

        assertThat(error(refresh(first))).isEqualTo(INVALID);
        assertThat(error(refresh(second))).isEqualTo(INVALID);
        assertThat(info(second)).isEqualTo(200);
        assertThat(violations()).containsExactly("refresh_token_reused", "family_invalidated");
    }

    @Test
    void repeatingDoesNotExtendTheLeeway() {
        JsonNode first = pair();
        refreshed(first);
        later("PT6M");
        refreshed(first);
        later("PT12M");

        assertThat(error(refresh(first))).isEqualTo(INVALID);
    }

    @Test
    void onlyTheTokenJustReplacedIsAcceptedAgain() {
        JsonNode first = pair();
        JsonNode second = refreshed(first);
        JsonNode third = refreshed(second);

        assertThat(error(refresh(first))).isEqualTo(INVALID);
        assertThat(error(refresh(third))).isEqualTo(INVALID);
        assertThat(violations()).containsExactly("refresh_token_reused", "family_invalidated");
    }

    @Test
    void anUnusedTokenOfTheSameGenerationIsReplacedToo() {
        JsonNode first = pair();
        JsonNode one = refreshed(first);
        JsonNode other = refreshed(first);
        refreshed(one);
        later("PT10M");

        assertThat(error(refresh(other))).isEqualTo(INVALID);
        assertThat(violations()).containsExactly("refresh_token_reused");
    }

    @Test
    void theEndOfAFamilyIsNotTheEndOfAnother() {
        JsonNode other = pair();
        JsonNode first = pair();
        refreshed(first);
        later("PT10M");
        refresh(first);

        assertThat(refresh(other).statusCode()).isEqualTo(200);
    }

    @Test
    void theLeewayIsASetting() {
        set("leeway", "PT0S");
        JsonNode first = pair();
        refreshed(first);

        assertThat(error(refresh(first))).isEqualTo(INVALID);
    }

    @Test
    void withoutRotationTheCallerKeepsItsToken() {
        set("rotation", false);
        JsonNode first = pair();

        JsonNode second = refreshed(first);

        assertThat(second.has("refresh_token")).isFalse();
        assertThat(info(second)).isEqualTo(200);
        later("PT20M");
        assertThat(refresh(first).statusCode()).isEqualTo(200);
    }

    @Test
    void afterNinetyDaysWithoutUseATokenIsInvalid() {
        JsonNode pair = pair();
        later("P90D");

        assertThat(error(refresh(pair))).isEqualTo(INVALID);
        assertThat(violations()).containsExactly("refresh_token_idle");
    }

    @Test
    void eachUseRestartsTheNinetyDays() {
        JsonNode pair = pair();
        later("P89D");
        JsonNode next = refreshed(pair);
        later("P178D");

        assertThat(refresh(next).statusCode()).isEqualTo(200);
    }

    @Test
    void usingAFamilyDoesNotExtendItsYear() {
        JsonNode pair = pair();
        for (int day = 80; day <= 320; day += 80) {
            later("P" + day + "D");
            pair = refreshed(pair);
        }
        later("P364DT23H");
        pair = refreshed(pair);
        later("P365D");

        assertThat(error(refresh(pair))).isEqualTo(INVALID);
        assertThat(violations()).containsExactly("family_expired");
    }

    @Test
    void theIdleTimeIsASetting() {
        set("refresh_token_ttl", "P1D");
        JsonNode pair = pair();
        later("P1D");

        assertThat(error(refresh(pair))).isEqualTo(INVALID);
    }

    @Test
    void anUnknownRefreshTokenIsRejected() {
        assertThat(error(tokens(Map.of("grant_type", "refresh_token", "refresh_token", "guessed"))))
                .isEqualTo(INVALID);
        assertThat(violations()).containsExactly("refresh_token_unknown");
    }

    @Test
    void theDocumentedFormOfTheRejectionIsASetting() {
        set("dead_refresh_error", "invalid_grant");

        assertThat(error(tokens(Map.of("grant_type", "refresh_token", "refresh_token", "guessed"))))
                .isEqualTo("403 invalid_grant: Unknown or invalid refresh token.");
    }

    @Test
    void aRefreshRequiresAToken() {
        assertThat(error(tokens(Map.of("grant_type", "refresh_token")))).startsWith("400 invalid_request");
        assertThat(violations()).containsExactly("refresh_token_missing");
    }

    @ParameterizedTest
    @CsvSource({"wrong", "''"})
    void aWrongSecretKeepsTheToken(String secret) {
        JsonNode pair = pair();
        String token = pair.path("refresh_token").stringValue();

        var refused = tokens(Map.of("grant_type", "refresh_token", "refresh_token", token, "client_secret", secret));

        assertThat(error(refused)).isEqualTo("401 access_denied: Unauthorized");
        assertThat(refresh(pair).statusCode()).isEqualTo(200);
    }

    @Test
    void concurrentRefreshesAllSucceedWithinTheLeeway() {
        JsonNode pair = pair();
        AtomicInteger answered = new AtomicInteger();

        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                many.execute(() -> answered.addAndGet(refreshed(pair).has("refresh_token") ? 1 : 0));
            }
        }

        assertThat(answered).hasValue(20);
        assertThat(violations()).isEmpty();
    }

    @Test
    void theCallsNameTheFamilyAndNoSecret() {
        JsonNode pair = pair();
        refreshed(pair);

        String calls = client.get("/control/atlassian/calls").body();

        assertThat(calls)
                .contains("\"grant\":\"user:557058:dana\"", "\"grant\":\"family:1\"", "\"operation\":\"refresh\"")
                .doesNotContain("eyJ", app.clientSecret());
    }
}
