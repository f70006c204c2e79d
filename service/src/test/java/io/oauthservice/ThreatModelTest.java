package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model names a test for each threat, and the tests exist. */
class ThreatModelTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| [^|]+ \\| [^|]+ \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

    @Test
    void everyThreatHasATestThatExists() throws IOException {
        String page = RepositoryFiles.read("docs/threat-model.md");
        String threats = page.substring(page.indexOf("\n## Threats\n"), page.indexOf("\n## Out of scope\n"));
        Map<String, String> sources = sources();

        List<String> tests =
                ROW.matcher(threats).results().map(row -> row.group(1)).skip(2).toList();

        assertThat(tests)
                .hasSizeGreaterThan(20)
                .allSatisfy(cell -> assertThat(TEST.matcher(cell).results())
                        .isNotEmpty()
                        .allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                                .as(test.group())
                                .contains(declaration(test))));
    }

    private static String declaration(MatchResult test) {
        return test.group(2) == null ? "class " + test.group(1) : "void " + test.group(2) + "(";
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(RepositoryFiles.ROOT.resolve("service/src/test/java"))) {
            return files.filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            RepositoryFiles::read,
                            String::concat));
        }
    }
}
