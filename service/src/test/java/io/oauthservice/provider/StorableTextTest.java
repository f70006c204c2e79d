package io.oauthservice.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of a provider's texts before they are stored. */
class StorableTextTest {

    @Test
    void textsAreCleanedAndTruncated() {
        InstallationInfo info =
                info("key", Map.of("url", "a\u0000b", "long", "x".repeat(2000), "gone", "\u0007", "sites", 2));

        assertThat(info.installedBy()).isEqualTo("Jane Doe");
        assertThat(info.metadata())
                .containsEntry("url", "ab")
                .containsEntry("long", "x".repeat(1000))
                .containsEntry("sites", 2)
                .doesNotContainKey("gone");
    }

    @Test
    void aNameIsTruncatedBetweenCharactersAndAUrlNever() {
        Organisation organisation =
                new Organisation("1", "\uD83D\uDE00".repeat(256) + "\uD83D", "https://example.com/" + "x".repeat(2000));

        assertThat(organisation.name()).isEqualTo("\uD83D\uDE00".repeat(255));
        assertThat(organisation.url()).isNull();
        assertThat(new Organisation("1", "\uD83D", null).name()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", " a", "a\n", "\uD83D"})
    void anUnstorableIdIsRejected(String id) {
        assertThatThrownBy(() -> new Organisation(id, null, null))
                .isInstanceOf(ProviderException.BadRequest.class)
                .hasMessageContaining("organisation id");
    }

    @Test
    void anIdThatIsTooLongIsRejected() {
        assertThat(new Organisation("\uD83D\uDE00".repeat(255), null, null).id())
                .hasSize(510);
        assertThatThrownBy(() -> new Organisation("1".repeat(256), null, null))
                .isInstanceOf(ProviderException.BadRequest.class);
        assertThatThrownBy(() -> info("k".repeat(513), Map.of())).isInstanceOf(ProviderException.BadRequest.class);
    }

    @Test
    void scopesPermissionsAndTimesOfTokensAreLimited() {
        OAuthTokens tokens = new OAuthTokens(
                Secret.of("token"),
                null,
                Instant.EPOCH,
                Instant.MAX,
                null,
                null,
                Set.of("read\u0000", "\u0000"),
                Map.of("issues\u0000", "wri\u0000te"));

        assertThat(tokens.scopes()).containsExactly("read");
        assertThat(tokens.permissions()).isEqualTo(Map.of("issues", "write"));
        assertThat(tokens.expiresAt()).isEqualTo("9999-12-31T00:00:00Z");
    }

    private static InstallationInfo info(String key, Map<String, Object> metadata) {
        return new InstallationInfo(
                key,
                List.of(new Organisation("1", null, null)),
                null,
                null,
                metadata,
                "Jane\u0000 Doe\r\n",
                false,
                false);
    }
}
