package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.local.LocalVault;
import io.oauthservice.local.NeedsVault;
import io.oauthservice.local.TcpProxy;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Logins to a real server, and the renewal and replacement of tokens. */
@NeedsVault
class TransitSessionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ROLE = "oauth-service";

    private final LocalVault server = LocalVault.get();
    private String mount;

    @TempDir
    private Path directory;

    @BeforeEach
    void createEngineWithPolicy() {
        mount = server.newEngine(Transit.KEY);
        server.policy(mount, """
                path "%1$s/encrypt/oauth-service" { capabilities = ["update"] }
                path "%1$s/decrypt/oauth-service" { capabilities = ["update"] }
                """.formatted(mount));
    }

    /** Creates a role whose tokens have these lifetimes. */
    private AppRole appRole(String ttl, String maxTtl) {
        String path = "approle-" + mount;
        server.post("sys/auth/" + path, Map.of("type", "approle"));
        server.post(
                "auth/" + path + "/role/" + ROLE,
                Map.of("token_policies", List.of(mount), "token_ttl", ttl, "token_max_ttl", maxTtl));
        String roleId = server.get("auth/" + path + "/role/" + ROLE + "/role-id")
                .at("/data/role_id")
                .asString();
        String secretId = server.post("auth/" + path + "/role/" + ROLE + "/secret-id", Map.of())
                .at("/data/secret_id")
                .asString();
        return new AppRole(path, roleId, secretId);
    }

    private Map<String, String> login(AppRole role) {
        return Map.of(
                "mount", mount, "app-role-mount", role.path(), "role-id", role.roleId(), "secret-id", role.secretId());
    }

    private record AppRole(String path, String roleId, String secretId) {}

    private String token(Map<String, ?> options) {
        return server.post("auth/token/create", options)
                .at("/auth/client_token")
                .asString();
    }

    private void revokeAllTokensOf(String appRoleMount) {
        server.post("sys/leases/revoke-prefix/auth/" + appRoleMount, Map.of("sync", true));
    }

    private static void works(Transit transit) {
        assertThat(transit.vault().currentKey().block()).isEqualTo("vault:v1");
    }

    /** Only a token older than a second is replaced after a denial. */
    private static void requireSuccessForAWhile(Transit transit) {
        Awaitility.await()
                .during(Duration.ofMillis(1100))
                .until(() -> "vault:v1".equals(transit.vault().currentKey().block()));
    }

    @Test
    void anAppRoleLogsIn() {
        try (Transit transit = Transit.to(server.address(), login(appRole("1h", "24h")))) {
            works(transit);
        }
    }

    @Test
    void aSecretIdIsReadFromItsFileAtEachLogin() throws IOException {
        AppRole role = appRole("1h", "24h");
        Path file = secret("secret-id", role.secretId() + "\n");
        Map<String, String> byFile = Map.of(
                "mount", mount,
                "app-role-mount", role.path(),
                "role-id", role.roleId(),
                "secret-id-path", file.toString());

        try (Transit transit = Transit.to(server.address(), byFile)) {
            works(transit);
        }
    }

    @Test
    void aTokenThatTheServerRevokedIsReplacedAndNoCallFails() {
        AppRole role = appRole("1h", "24h");
        try (Transit transit = Transit.to(server.address(), login(role))) {
            requireSuccessForAWhile(transit);

            revokeAllTokensOf(role.path());

            List<String> all = Flux.range(0, 50)
                    .flatMap(i -> transit.vault().currentKey(), 50)
                    .collectList()
                    .block();
            assertThat(all).hasSize(50).containsOnly("vault:v1");
        }
    }

    @Test
    void aTokenIsRenewedAndReplacedAtItsMaximumTtl() {
        try (Transit transit = Transit.to(server.address(), login(appRole("2s", "5s")))) {
            long end = System.nanoTime() + Duration.ofSeconds(9).toNanos();

            List<String> all = Flux.interval(Duration.ofMillis(50))
                    .onBackpressureDrop()
                    .takeWhile(tick -> System.nanoTime() < end)
                    .concatMap(tick -> transit.vault().currentKey())
                    .collectList()
                    .block();

            assertThat(all).hasSizeGreaterThan(50).containsOnly("vault:v1");
        }
    }

    @Test
    void aFailedLoginIsRepeatedByTheNextCall() throws IOException {
        try (TcpProxy proxy = TcpProxy.open(0, server.port());
                Transit transit = Transit.to("http://127.0.0.1:" + proxy.port(), login(appRole("1h", "24h")))) {
            proxy.cut();
            assertThatThrownBy(() -> transit.vault().currentKey().block()).isInstanceOf(VaultException.class);

            proxy.restore();

            Awaitility.await().atMost(SOON).untilAsserted(() -> works(transit));
        }
    }

    @Test
    void aTokenOfTheLoginIsRevokedAtShutdown() {
        String accessors = "auth/token/accessors?list=true";
        Transit transit = Transit.to(server.address(), login(appRole("1h", "24h")));
        works(transit);
        int before = server.get(accessors).at("/data/keys").size();

        transit.close();

        assertThat(server.get(accessors).at("/data/keys").size()).isEqualTo(before - 1);
    }

    @Test
    void aTokenFileIsReadAgainAfterTheTokenIsRevoked() throws IOException {
        String first = token(Map.of("policies", List.of(mount)));
        Path file = secret("token", first);
        try (Transit transit = Transit.to(server.address(), Map.of("mount", mount, "token-path", file.toString()))) {
            requireSuccessForAWhile(transit);

            Files.writeString(file, token(Map.of("policies", List.of(mount))) + "\n");
            server.post("auth/token/revoke", Map.of("token", first));

            works(transit);
        }
    }

    @Test
    void aTokenWithoutPermissionStopsTheStart() {
        String token = token(Map.of("policies", List.of("default")));
        try (Transit transit = Transit.to(server.address(), Map.of("mount", mount, "token", token))) {
            assertThatThrownBy(() -> VaultStart.await(transit.vault().requireDerived()))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith(
                            "VAULT_ADDR names a key service that rejects the requests of this service: ")
                    .hasMessageContaining("denies " + mount + "/encrypt/oauth-service")
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aWrongSecretIdStopsTheStartAndIsNotPrinted() {
        Map<String, String> login = Map.of(
                "mount",
                mount,
                "app-role-mount",
                appRole("1h", "24h").path(),
                "role-id",
                "no-such-role",
                "secret-id",
                "a-secret-id");
        try (Transit transit = Transit.to(server.address(), login)) {
            assertThatThrownBy(() -> VaultStart.await(transit.vault().requireDerived()))
                    .isInstanceOf(SettingException.class)
                    .hasMessageContaining("The key service rejects the login")
                    .hasMessageNotContaining("a-secret-id");
        }
    }

    @Test
    void exactlyOneLoginMustBeConfigured() {
        for (Map<String, String> settings : List.of(Map.<String, String>of(), Map.of("token", "a", "role-id", "b"))) {
            assertThatThrownBy(() -> Transit.to(server.address(), settings))
                    .isInstanceOf(SettingException.class)
                    .hasMessageContaining("VAULT_KUBERNETES_ROLE")
                    .hasMessageContaining("set exactly one");
        }
    }

    @Test
    void onlyTheConfiguredAuthorityIsTrusted() {
        try (LocalVault withTls = LocalVault.startWithTls()) {
            Map<String, String> trusting = Map.of(
                    "mount", withTls.newEngine(Transit.KEY),
                    "token", LocalVault.ROOT,
                    "ca-certificate", withTls.authority().toString());
            Map<String, String> notTrusting = Map.of("token", LocalVault.ROOT);

            try (Transit transit = Transit.to(withTls.address(), trusting);
                    Transit stranger = Transit.to(withTls.address(), notTrusting)) {
                works(transit);
                assertThatThrownBy(() -> stranger.vault().currentKey().block())
                        .isInstanceOf(VaultException.class)
                        .hasMessageContaining("certification path");
            }
        }
    }

    @Test
    void anUnreadableAuthorityStopsTheStart() {
        assertThatThrownBy(() ->
                        Transit.to("https://127.0.0.1:1", Map.of("token", "t", "ca-certificate", "/nowhere/ca.pem")))
                .isInstanceOf(SettingException.class)
                .hasMessage("VAULT_CACERT names no readable PEM certificate: /nowhere/ca.pem");
    }

    /** Only the login is simulated, because not every server supports it. */
    @Test
    void aServiceAccountLogsInOnKubernetes() throws IOException {
        Path jwt = Files.writeString(directory.resolve("jwt"), "service.account.jwt\n");
        List<String> logins = new CopyOnWriteArrayList<>();
        Map<String, String> settings =
                Map.of("mount", mount, "kubernetes-role", "oauth", "kubernetes-token-path", jwt.toString());
        try (LocalHttpServer front = LocalHttpServer.bind(0)) {
            front.serve(request -> {
                if (!request.path().equals("/v1/auth/kubernetes/login")) {
                    return forward(request);
                }
                logins.add(request.body());
                return Reply.json(200, """
                        {"auth":{"client_token":"%s","lease_duration":3600,"renewable":true}}""".formatted(token(Map.of("policies", List.of(mount)))));
            });
            try (Transit transit = Transit.to(front.baseUrl().toString(), settings)) {
                works(transit);
            }
        }

        assertThat(logins).hasSize(1);
        assertThat(logins.getFirst()).contains("\"role\":\"oauth\"").contains("\"jwt\":\"service.account.jwt\"");
    }

    private Reply forward(Request request) {
        HttpRequest.Builder same = HttpRequest.newBuilder(URI.create(server.address() + request.path()))
                .method(request.method(), BodyPublishers.ofString(request.body()));
        String token = request.header("X-Vault-Token");
        if (token != null) {
            same.header("X-Vault-Token", token);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> reply = http.send(same.build(), BodyHandlers.ofString());
            return Reply.json(reply.statusCode(), reply.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path secret(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
