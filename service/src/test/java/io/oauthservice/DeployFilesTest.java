package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What can be known of the image and of the compose file without a Docker engine. */
class DeployFilesTest {

    private static final Path ROOT = Files.exists(Path.of("docker-compose.yml")) ? Path.of("") : Path.of("..");
    private static final Pattern IMAGE = Pattern.compile("[a-z0-9./-]+:[0-9][A-Za-z0-9._-]*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");
    private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)");
    private static final Pattern RULE = Pattern.compile("path \"([^\"]+)\" \\{\\s+capabilities = \\[([^]]*)]\\s+}");
    private static final Pattern USER = Pattern.compile("(?m)^USER (\\S+)");

    private final Map<String, Object> compose = map(new Yaml().load(read("docker-compose.yml")));
    private final String dockerfile = read("deploy/Dockerfile");

    @Test
    void theServiceStandsOnItsThreeParts() {
        assertThat(services()).containsOnlyKeys("service", "postgres", "kafka", "openbao");
    }

    @Test
    void everyImageIsPinned() {
        assertThat(services().values())
                .extracting(service -> map(service).get("image"))
                .allSatisfy(image -> assertThat(String.valueOf(image)).matches(IMAGE));
        assertThat(found(FROM, dockerfile))
                .isNotEmpty()
                .allSatisfy(image -> assertThat(image).matches(IMAGE));
    }

    @Test
    void theServiceKnowsEveryVariableItIsGiven() {
        List<String> known = found(PLACEHOLDER, read("service/src/main/resources/application.yml"));

        assertThat(known).containsAll(map(service("service").get("environment")).keySet());
    }

    @Test
    void noSecretIsWrittenDown() {
        services()
                .forEach((name, service) -> map(map(service).getOrDefault("environment", Map.of()))
                        .forEach((variable, value) -> {
                            if (variable.endsWith("PASSWORD") || variable.endsWith("SECRET")) {
                                assertThat(String.valueOf(value))
                                        .as(name + " " + variable)
                                        .startsWith("${");
                            }
                        }));
        assertThat(map(service("service").get("environment")).get("POSTGRES_PASSWORD"))
                .asString()
                .startsWith("${POSTGRES_PASSWORD:?");
    }

    @Test
    void onlyTheServicesPortIsPublishedAndOnlyToThisMachine() {
        services().forEach((name, service) -> {
            if (name.equals("service")) {
                assertThat(map(service).get("ports")).isEqualTo(List.of("127.0.0.1:${PORT:-8010}:8010"));
            } else {
                assertThat(map(service)).as(name).doesNotContainKey("ports");
            }
        });
    }

    @Test
    void nothingHasMoreRightsThanItNeeds() {
        services()
                .forEach((name, service) -> assertThat(map(service))
                        .as(name)
                        .containsEntry("cap_drop", List.of("ALL"))
                        .containsEntry("security_opt", List.of("no-new-privileges:true"))
                        .doesNotContainKeys("privileged", "cap_add", "network_mode", "pid"));
        assertThat(service("service")).containsEntry("read_only", true);
    }

    @Test
    void theServiceWaitsUntilWhatItNeedsIsHealthy() {
        Map<String, Object> awaited = map(service("service").get("depends_on"));

        assertThat(awaited).containsOnlyKeys("postgres", "kafka");
        awaited.forEach((name, how) -> {
            assertThat(map(how)).containsEntry("condition", "service_healthy");
            assertThat(service(name)).containsKey("healthcheck");
        });
    }

    @Test
    void theServiceMayUseKeysAndNeitherReadNorMakeThem() {
        Matcher rule = RULE.matcher(read("deploy/openbao/policy.hcl"));
        Map<String, String> allowed = new LinkedHashMap<>();
        while (rule.find()) {
            allowed.put(rule.group(1), rule.group(2));
        }

        assertThat(allowed)
                .containsOnly(
                        Map.entry("transit/encrypt/oauth-service", "\"update\""),
                        Map.entry("transit/decrypt/oauth-service", "\"update\""),
                        Map.entry("transit/rewrap/oauth-service", "\"update\""),
                        Map.entry("transit/sign/github-app/sha2-256", "\"update\""),
                        Map.entry("auth/token/lookup-self", "\"read\""),
                        Map.entry("auth/token/renew-self", "\"update\""),
                        Map.entry("auth/token/revoke-self", "\"update\""));
    }

    @Test
    void whatMakesItsKeyIsAtHandInTheKeyService() {
        assertThat(service("openbao").get("volumes"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .contains("./deploy/openbao:/openbao/bootstrap:ro");
        assertThat(read("deploy/openbao/bootstrap.sh")).contains("type=aes256-gcm96 derived=true");
    }

    @Test
    void theImageRunsAsAUserByNumberAndNotAsRoot() {
        assertThat(found(USER, dockerfile).getLast()).matches("[1-9][0-9]*:[1-9][0-9]*");
        assertThat(dockerfile).containsPattern("(?m)^ENTRYPOINT \\[\"java\", ");
    }

    private Map<String, Object> services() {
        return map(compose.get("services"));
    }

    private Map<String, Object> service(String name) {
        return map(services().get(name));
    }

    private static Map<String, Object> map(@Nullable Object node) {
        assertThat(node).isInstanceOf(Map.class);
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(node)).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }

    private static List<String> found(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        pattern.matcher(text).results().map(match -> match.group(1)).forEach(found::add);
        return found;
    }

    private static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
