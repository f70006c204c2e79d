package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d{3}) \\| ((?:`[a-z-]+`(?:, )?)+) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");

    @Test
    void theDocumentationListsEachTypeWithItsStatus() throws IOException {
        String api = Files.readString(Path.of("../docs/api.md"));
        String problems = api.substring(api.indexOf("\n## Problems\n"));

        List<String> documented = ROW.matcher(problems)
                .results()
                .flatMap(row -> names(row.group(2)).map(name -> row.group(1) + " " + name))
                .toList();

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> type.status().value() + " "
                                + type.uri().toString().replaceAll(".*:", ""))
                        .toList());
    }

    private static Stream<String> names(String cell) {
        Matcher names = NAME.matcher(cell);
        return names.results().map(name -> name.group(1));
    }

    @Test
    void theTitleIsReadable() {
        assertThat(ProblemType.NOT_CONNECTED.title()).isEqualTo("Not connected");
    }
}
