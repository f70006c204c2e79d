package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

class StatusTextsTest extends ServiceTestBase {

    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| `([a-z_]+)` \\|");

    @Autowired
    private Installations installations;

    @ParameterizedTest
    @MethodSource
    void everyDocumentedReasonHasAText(String status, String reason) {
        String id = rows.insert("github", ACME, "acme", status);
        rows.change(
                "UPDATE oauth_installations SET status_reason = :reason WHERE id = :id::uuid",
                Map.of("id", id, "reason", reason));

        StatusTexts texts = StatusTexts.of(
                Objects.requireNonNull(installations
                        .find(InstallationId.parse(id).orElseThrow())
                        .block()),
                "GitHub");

        assertThat(texts.reason()).endsWith(".").doesNotContain("(" + reason);
        assertThat(texts.todo()).endsWith(".");
    }

    static Stream<Arguments> everyDocumentedReasonHasAText() throws IOException {
        return DOCUMENTED
                .matcher(Files.readString(Path.of("../docs/api.md")))
                .results()
                .map((MatchResult row) -> Arguments.of(row.group(1), row.group(2)));
    }
}
