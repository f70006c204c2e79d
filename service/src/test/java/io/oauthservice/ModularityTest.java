package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The arrows between the packages, and that providers are known by name in their own packages only. */
class ModularityTest {

    private static final Path SOURCES = Path.of("src/main/java/io/oauthservice");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?<!:)//[^\\n]*", Pattern.DOTALL);
    private static final Pattern FOREIGN_IMPORT = Pattern.compile("(?m)^import (?!(static )?io\\.oauthservice).*$");
    private static final Pattern NAME =
            Pattern.compile("github|jira|confluence|atlassian|slack", Pattern.CASE_INSENSITIVE);

    /** What the API's documentation shows to people may name a platform: nothing depends on it. */
    private static final List<String> DOCUMENTATION = List.of(
            "@Parameter(example = \"github\")",
            "\"Live tokens for GitHub, Jira/Confluence and Slack. Errors are RFC 9457 problems.\"");

    @Test
    void thePackagesKeepToTheirArrows() {
        ApplicationModules.of(OAuthServiceApplication.class).verify();
    }

    @Test
    void noProviderIsMentionedOutsideTheProviders() throws IOException {
        List<Path> outside;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            outside = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith(SOURCES.resolve("provider")))
                    .toList();
        }

        assertThat(outside)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(code(file)).doesNotContainPattern(NAME));
    }

    /** The file without comments, without the imports of other people's packages, and without what is documentation. */
    private static String code(Path file) throws IOException {
        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
        code = FOREIGN_IMPORT.matcher(code).replaceAll("");
        for (String allowed : DOCUMENTATION) {
            code = code.replace(allowed, "");
        }
        return code;
    }
}
