package io.oauthservice;

import static io.oauthservice.RepositoryFiles.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.core.Secret;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxOptions;
import io.oauthservice.sandbox.atlassian.AtlassianApp;
import io.oauthservice.sandbox.github.GitHubApp;
import io.oauthservice.sandbox.slack.SlackApp;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Checks the image and the compose file as far as that is possible without Docker. */
class DeployFilesTest {

    /** Variables that contain a name of the operator's choice. */
    private static final Pattern NAMED = Pattern.compile("OAUTH_(ACCESS_CLIENTS|DASHBOARD_OIDC_ROLES)_");

    private static final Pattern REPLACEABLE_IMAGE =
            Pattern.compile("\\$\\{[A-Z]+_IMAGE:-[a-z0-9./-]+:[0-9]+\\.[0-9][A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)[:}]");
    private static final Pattern FROM_ARGUMENT = Pattern.compile("(?m)^FROM \\$\\{([A-Z_]+)}");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]*)=");
    private static final Pattern EMPTY_VARIABLE = Pattern.compile("(?m)^([A-Z][A-Z0-9_]*)=$");
    private static final Pattern RULE = Pattern.compile("path \"([^\"]+)\" \\{\\s+capabilities = \\[([^]]*)]\\s+}");
    private static final Pattern USER = Pattern.compile("(?m)^USER (\\S+)");

    private final Map<String, Object> compose = map(new Yaml().load(read("docker-compose.yml")));
    private final String dockerfile = read("deploy/Dockerfile");

    @Test
    void withoutAProfileTheServiceHasADatabaseAndABroker() {
        assertThat(services().keySet())
                .filteredOn(name -> !service(name).containsKey("profiles"))
                .containsExactlyInAnyOrder("service", "postgres", "kafka");
        assertThat(service("openbao")).containsEntry("profiles", List.of("openbao"));
        assertThat(service("sandbox")).containsEntry("profiles", List.of("sandbox"));
        assertThat(service("sandbox-key")).containsEntry("profiles", List.of("sandbox"));
    }

    @Test
    void everyImageHasItsFullVersionAndCanBeReplacedByADigest() {
        Map<String, String> images = new LinkedHashMap<>();
        services().forEach((name, service) -> images.put(name, text(map(service).get("image"))));
        found(FROM_ARGUMENT, dockerfile)
                .forEach(name -> images.put(name, text(buildArguments().get(name))));

        images.keySet().removeAll(List.of("service", "sandbox", "sandbox-key"));
        assertThat(images).containsOnlyKeys("postgres", "kafka", "openbao", "JDK_IMAGE", "JRE_IMAGE");
        assertThat(images.values()).allSatisfy(image -> assertThat(image).matches(REPLACEABLE_IMAGE));
        assertThat(dockerfile).doesNotContainPattern("(?m)^FROM [a-z0-9./-]+:");
    }

    @Test
    void theDockerfileAndTheComposeFileNameTheSameBaseImages() {
        assertThat(dockerfile)
                .contains("ARG JDK_IMAGE=" + fallback(buildArguments().get("JDK_IMAGE")))
                .contains("ARG JRE_IMAGE=" + fallback(buildArguments().get("JRE_IMAGE")));
    }

    /** So that a setting that is new need not be named here, and none can be forgotten. */
    @Test
    void everyVariableOfTheEnvironmentFilesReachesTheService() {
        assertThat(service("service").get("env_file"))
                .isEqualTo(List.of(
                        Map.of("path", ".env", "required", false), Map.of("path", "clients.env", "required", false)));
    }

    @Test
    void variablesOfTheComposeFileCanBeOverriddenExceptInternalPorts() {
        Map<String, Object> set = map(service("service").get("environment"));

        assertThat(set.remove("PORT")).isEqualTo(8010);
        assertThat(set.remove("MANAGEMENT_PORT")).isEqualTo(8018);
        assertThat(set).allSatisfy((name, value) -> assertThat(text(value)).startsWith("${" + name + ":"));
        assertThat(settings()).containsAll(set.keySet());
    }

    @Test
    void theExamplesNameOnlyVariablesThatAreRead() {
        List<String> known = settings();
        known.addAll(found(PLACEHOLDER, read("docker-compose.yml")));
        known.addAll(
                List.of("COMPOSE_PROFILES", "HTTPS_PROXY", "NO_PROXY", "SPRING_PROFILES_ACTIVE", "JAVA_TOOL_OPTIONS"));

        for (String file : List.of("deploy/example.env", "deploy/sandbox.env")) {
            assertThat(found(VARIABLE, read(file)))
                    .as(file)
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(
                                    known.contains(name) || NAMED.matcher(name).lookingAt())
                            .as(name)
                            .isTrue());
        }
    }

    @Test
    void theVariablesForOpenBaoAreInTheExample() {
        String chapter = read("docs/operations.md").split("### With OpenBao", 2)[1];
        String block = chapter.split("```properties\n", 2)[1].split("```", 2)[0];

        assertThat(found(VARIABLE, block)).contains("COMPOSE_PROFILES", "VAULT_ADDR");
        assertThat(found(VARIABLE, read("deploy/example.env"))).containsAll(found(VARIABLE, block));
    }

    /** An empty value would replace the default. */
    @Test
    void onlyRequiredVariablesOfTheExampleAreEmpty() {
        assertThat(found(EMPTY_VARIABLE, read("deploy/example.env"))).containsExactly("POSTGRES_PASSWORD");
    }

    @Test
    void theSandboxesSettingsAreThoseOfTheSandbox() {
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")))) {
            GitHubApp gitHub = sandbox.app(GitHubApp.class);
            AtlassianApp atlassian = sandbox.app(AtlassianApp.class);
            SlackApp slack = sandbox.app(SlackApp.class);
            String settings = read("deploy/sandbox.env")
                    .replace("http://127.0.0.1:8011", sandbox.baseUrl().toString());

            assertThat(settings.lines())
                    .contains(
                            "OAUTH_ACCESS_CLIENTS_LOCALDEV_KEY_SHA256="
                                    + Secret.of("local-dev-key").sha256(),
                            "GITHUB_APP_ID=" + gitHub.appId(),
                            "GITHUB_CLIENT_ID=" + gitHub.clientId(),
                            "GITHUB_CLIENT_SECRET=" + gitHub.clientSecret(),
                            "GITHUB_WEB_URL=" + gitHub.webUrl(),
                            "GITHUB_API_URL=" + gitHub.apiUrl(),
                            "JIRA_CLIENT_ID=" + atlassian.clientId(),
                            "JIRA_CLIENT_SECRET=" + atlassian.clientSecret(),
                            "ATLASSIAN_AUTH_URL=" + atlassian.authUrl(),
                            "ATLASSIAN_API_URL=" + atlassian.apiUrl(),
                            "SLACK_CLIENT_ID=" + slack.clientId(),
                            "SLACK_CLIENT_SECRET=" + slack.clientSecret(),
                            "SLACK_SIGNING_SECRET=" + slack.signingSecret(),
                            "SLACK_WEB_URL=" + slack.webUrl(),
                            "SLACK_API_URL=" + slack.apiUrl());
        }
        assertThat(service("sandbox")).containsEntry("network_mode", "service:service");
    }

    @Test
    void theFilesContainNoSecret() {
        services()
                .forEach((name, service) -> map(map(service).getOrDefault("environment", Map.of()))
                        .forEach((variable, value) -> {
                            if (variable.endsWith("PASSWORD") || variable.endsWith("SECRET")) {
                                assertThat(text(value))
                                        .as(name + " " + variable)
                                        .startsWith("${");
                            }
                        }));
        assertThat(map(service("service").get("environment")).get("POSTGRES_PASSWORD"))
                .asString()
                .startsWith("${POSTGRES_PASSWORD:?");
    }

    @Test
    void onlyTheServiceIsPublishedAndOnlyToThisMachine() {
        services().forEach((name, service) -> {
            if (name.equals("service")) {
                assertThat(map(service).get("ports"))
                        .isEqualTo(List.of("127.0.0.1:${PORT:-8010}:8010", "127.0.0.1:${SANDBOX_PORT:-}:8011"));
            } else {
                assertThat(map(service)).as(name).doesNotContainKey("ports");
            }
        });
    }

    @Test
    void everyServiceHasAMemoryLimit() {
        services().forEach((name, service) -> assertThat(map(service)).as(name).containsKey("mem_limit"));
    }

    /** Requests 30 s, refreshes 20 s and 5 s, audit 5 s, events 20 s: see the phases of the service's components. */
    @Test
    void theGracePeriodCoversTheShutdownPhases() {
        String period = text(service("service").get("stop_grace_period"));

        assertThat(period).endsWith("s");
        assertThat(Integer.parseInt(period.replace("s", ""))).isGreaterThanOrEqualTo(80);
    }

    @Test
    void noServiceHasMorePrivilegesThanItNeeds() {
        services().forEach((name, service) -> {
            assertThat(map(service))
                    .as(name)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"))
                    .doesNotContainKeys("privileged", "cap_add", "pid");
            // Never the host's network.
            assertThat(map(service).getOrDefault("network_mode", "none")).isIn("none", "service:service");
        });
        assertThat(service("service")).containsEntry("read_only", true);
    }

    @Test
    void theServiceWaitsForTheDatabaseAndNotForTheHealthOfKafka() {
        Map<String, Object> awaited = map(service("service").get("depends_on"));

        assertThat(awaited)
                .containsEntry("postgres", Map.of("condition", "service_healthy"))
                .containsEntry("kafka", Map.of("condition", "service_started"))
                .containsEntry("sandbox-key", Map.of("condition", "service_completed_successfully", "required", false));
        assertThat(service("postgres")).containsKey("healthcheck");
    }

    /** A JVM every ten seconds costs more than the broker. */
    @Test
    void noHealthCheckStartsKafkasTools() {
        services()
                .forEach((name, service) -> assertThat(text(map(service).get("healthcheck")))
                        .as(name)
                        .doesNotContain("kafka-"));
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
    void aSecretIdExpiresAndItsRenewalCanDoNothingElse() {
        assertThat(read("deploy/openbao/bootstrap.sh"))
                .contains("type=aes256-gcm96 derived=true")
                .contains("secret_id_ttl=\"${SECRET_ID_TTL:-720h}\"");
        assertThat(found(Pattern.compile("path \"([^\"]+)\""), read("deploy/openbao/renewal-policy.hcl")))
                .containsExactly("auth/approle/role/oauth-service/secret-id", "auth/token/renew-self");
    }

    /** Inline configs cannot be created in a container whose root is read-only. */
    @Test
    void theKeyServiceReadsItsConfigurationFromTheMountedDirectory() {
        assertThat(service("openbao"))
                .containsEntry("entrypoint", List.of("bao", "server", "-config=/openbao/bootstrap/openbao.hcl"))
                .containsEntry("volumes", List.of("openbao:/openbao/file", "./deploy/openbao:/openbao/bootstrap:ro"));
        assertThat(compose).doesNotContainKey("configs");
        assertThat(read("deploy/openbao/openbao.hcl")).contains("storage \"raft\"");
    }

    @Test
    void theImageRunsUnderAnyUserButRoot() {
        assertThat(found(USER, dockerfile))
                .isNotEmpty()
                .allSatisfy(user -> assertThat(user).matches("[1-9][0-9]*:0"));
        assertThat(dockerfile)
                .contains("install -d -o 10001 -g 0 -m 0770 /var/lib/oauth-service")
                .containsPattern("(?m)^ENTRYPOINT \\[\"java\", ");
    }

    /** A frontend image would be pulled from a registry before the build even begins. */
    @Test
    void theBuildNeedsNoFrontendImage() {
        assertThat(dockerfile).doesNotContain("syntax=");
    }

    @Test
    void whatTheBuildCopiesIsNotIgnored() {
        List<String> sent = found(Pattern.compile("(?m)^!(\\S+)"), read(".dockerignore"));

        assertThat(sent).contains("deploy/aot-cache.sh", "deploy/jvm.options", "mvnw", ".mvn/", "service/");
        assertThat(dockerfile).contains("deploy/aot-cache.sh", "deploy/jvm.options");
    }

    private List<String> settings() {
        return found(PLACEHOLDER, read("service/src/main/resources/application.yml"));
    }

    private Map<String, Object> buildArguments() {
        return map(map(service("service").get("build")).get("args"));
    }

    private static String fallback(@Nullable Object variable) {
        return text(variable).replaceAll("^\\$\\{[A-Z_]+:-|}$", "");
    }

    private static String text(@Nullable Object value) {
        return String.valueOf(value);
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
}
