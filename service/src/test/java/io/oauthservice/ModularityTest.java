package io.oauthservice;

import static io.oauthservice.RepositoryFiles.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.modulith.core.ApplicationModules;

/** The dependencies between packages, and that only a provider's own package mentions it by name. */
class ModularityTest {

    private static final Path SOURCES = ROOT.resolve("service/src/main/java/io/oauthservice");
    private static final List<Path> ALL_SOURCES = List.of(
            SOURCES,
            ROOT.resolve("service/src/test/java/io/oauthservice"),
            ROOT.resolve("events-schema/src/main/java/io/oauthservice"));

    /** A class in a document: {@code `package.Class`}, or a class in it. */
    private static final Pattern CLASS = Pattern.compile("`((?:[a-z]\\w*\\.)+[A-Z]\\w*)(?:\\.[A-Z]\\w*)*`");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?<!:)//[^\\n]*", Pattern.DOTALL);
    private static final Pattern FOREIGN_IMPORT = Pattern.compile("(?m)^import (?!(static )?io\\.oauthservice).*$");
    private static final Path PROVIDERS = SOURCES.resolve("provider");

    /** What a provider's package declares: the platform's id and display name, and the names of its settings. */
    private static final Pattern NAMES =
            Pattern.compile("new Platform\\(\"(\\w+)\"\\),\\s+\"([^\"]+)\"|\"([A-Z]+)_[A-Z_]+_URL\"");

    /** An example in the API's documentation may name a platform: nothing depends on it. */
    private static final String EXAMPLE = "@Parameter(example = \"github\")";

    @Test
    void everyDependencyIsAllowed() {
        ApplicationModules.of(OAuthServiceApplication.class).verify();
    }

    /** In the table of packages in CONTRIBUTING.md. */
    @Test
    void everyPackageIsDescribed() throws IOException {
        String table = RepositoryFiles.read("CONTRIBUTING.md");

        try (Stream<Path> packages = Files.list(SOURCES).filter(Files::isDirectory)) {
            assertThat(packages.map(each -> each.getFileName().toString()))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(table).contains("\n| `" + name + "` |"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONTRIBUTING.md", "docs/glossary.md"})
    void theClassesThatADocumentNamesExist(String document) {
        List<String> classes = CLASS.matcher(RepositoryFiles.read(document))
                .results()
                .map(found -> found.group(1).replace('.', '/') + ".java")
                .toList();

        assertThat(classes)
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(ALL_SOURCES).anyMatch(sources -> Files.exists(sources.resolve(file))));
    }

    @Test
    void noProviderIsMentionedOutsideTheProviders() throws IOException {
        Pattern names = Pattern.compile(String.join("|", names()), Pattern.CASE_INSENSITIVE);
        List<Path> outside =
                sources().filter(file -> !file.startsWith(PROVIDERS)).toList();

        assertThat(outside)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(code(file)).doesNotContainPattern(names));
    }

    @Test
    void theNamesOfProvidersAreFound() throws IOException {
        assertThat(names()).contains("github", "jira", "confluence", "atlassian", "slack");
    }

    /** The names of the providers' packages, and what these declare. */
    private static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        List<Path> files = sources()
                .filter(file -> file.startsWith(PROVIDERS))
                .filter(file -> PROVIDERS.relativize(file).getNameCount() > 1)
                .toList();
        for (Path file : files) {
            names.add(PROVIDERS.relativize(file).getName(0).toString());
            NAMES.matcher(Files.readString(file))
                    .results()
                    .flatMap(found ->
                            IntStream.rangeClosed(1, found.groupCount()).mapToObj(found::group))
                    .filter(Objects::nonNull)
                    .flatMap(name -> Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")))
                    .forEach(names::add);
        }
        return names;
    }

    private static Stream<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        }
    }

    /** The file without comments, imports of other libraries, and examples. */
    private static String code(Path file) throws IOException {
        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
        return FOREIGN_IMPORT.matcher(code).replaceAll("").replace(EXAMPLE, "");
    }
}
