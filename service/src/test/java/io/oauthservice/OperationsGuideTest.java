package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operations.md explains every warning and error of the log, each under a heading, and no others. */
class OperationsGuideTest {

    /** A warning, or a background loop, whose failures are warnings with its text. */
    private static final Pattern STATEMENT =
            Pattern.compile("(?:log\\.(?:warn|error|atLevel)|new BackgroundLoop)\\((?:(?!\\blog\\.)[^;])*");

    /** What has happened; keys and values follow. */
    private static final Pattern TEXT = Pattern.compile("\"([A-Z][a-z]*[^\"={}.:]{6,})");

    private static final Pattern QUOTE = Pattern.compile("(?m)^> (?:ERROR )?`([^`={}.:…]+)");
    private static final Pattern ALERT = Pattern.compile("\\*\\*alert[^|]*\\|");

    private static final String PAGE = RepositoryFiles.read("docs/operations.md");
    private static final String WARNINGS =
            PAGE.substring(PAGE.indexOf("\n## Warnings\n"), PAGE.indexOf("\n## Encryption\n"));

    @Test
    void everyWarningIsExplained() throws IOException {
        assertThat(texts())
                .hasSizeGreaterThan(60)
                .allSatisfy(text -> assertThat(WARNINGS).containsPattern("(?m)^> (ERROR )?`" + Pattern.quote(text)));
    }

    @Test
    void everyExplainedLineExists() throws IOException {
        String sources = String.join("\n", sources());

        assertThat(QUOTE.matcher(WARNINGS).results().map(quote -> quote.group(1).strip()))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(sources).contains(text));
    }

    @Test
    void everyAlertHasAnEntry() {
        String metrics = PAGE.substring(PAGE.indexOf("\n### Metrics\n"), PAGE.indexOf("\n### Health of events\n"));

        assertThat(ALERT.matcher(metrics).results().map(MatchResult::group))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(alert).contains("](#"));
    }

    private static List<String> texts() throws IOException {
        return sources().stream()
                .flatMap(source -> STATEMENT.matcher(source).results())
                .flatMap(statement -> TEXT.matcher(statement.group()).results())
                .map(text -> text.group(1).strip())
                .distinct()
                .toList();
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(RepositoryFiles.ROOT.resolve("service/src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(RepositoryFiles::read)
                    .toList();
        }
    }
}
