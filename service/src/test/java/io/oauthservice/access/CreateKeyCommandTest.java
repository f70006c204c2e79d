package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.access.AccessProperties.ApiKey;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.CeilingSource;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

class CreateKeyCommandTest {

    private static String keyIn(String output) {
        return output.lines()
                .filter(line -> line.startsWith("oauthsvc_"))
                .findFirst()
                .orElseThrow();
    }

    /** The block is valid as a file of its own. */
    private static List<ApiKey> keysIn(String output, String client) {
        String block = output.substring(output.indexOf("clients:"));
        CallerCeilings none = new CallerCeilings(new StaticListableBeanFactory().getBeanProvider(CeilingSource.class));
        return Objects.requireNonNull(new AccessFileParser(none)
                        .parse(new AccessFile.Content(block, null))
                        .get(client))
                .client()
                .keys();
    }

    @Test
    void theKeyIsRandomAndRecognisable() {
        String key = keyIn(CreateKeyCommand.run("indexer"));

        assertThat(key).matches("oauthsvc_[0-9a-f]{64}");
        assertThat(keyIn(CreateKeyCommand.run("indexer"))).isNotEqualTo(key);
    }

    @Test
    void theBlockHoldsTheHashOfTheKey() {
        String output = CreateKeyCommand.run("chat-bot");

        assertThat(keysIn(output, "chat-bot"))
                .containsExactly(new ApiKey(Secret.of(keyIn(output)).sha256(), null));
    }

    @Test
    void theBlockHoldsTheExpiry() {
        String output = CreateKeyCommand.run("indexer", "2127-03-01T00:00:00Z");

        assertThat(keysIn(output, "indexer"))
                .extracting(ApiKey::expiresAt)
                .containsExactly(Instant.parse("2127-03-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "idp/indexer", "-x", "indexer tomorrow", "indexer 2001-01-01T00:00:00Z", "a b c"})
    void wrongArgumentsCreateNoKey(String arguments) {
        String[] args = arguments.isEmpty() ? new String[0] : arguments.split(" ");

        assertThatThrownBy(() -> CreateKeyCommand.run(args)).isInstanceOf(IllegalArgumentException.class);
    }
}
