package io.oauthservice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.sandbox.atlassian.AtlassianApp;
import io.oauthservice.sandbox.github.GitHubApp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SandboxTest {

    private static final SandboxOptions OPTIONS = SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010"));

    @TempDir
    Path directory;

    @Test
    void anErrorNamesTheVariableOfAPortInUse() {
        try (Sandbox first = Sandbox.start(OPTIONS)) {
            SandboxOptions same = OPTIONS.withPort(first.baseUrl().getPort());

            assertThatThrownBy(() -> Sandbox.start(same))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SANDBOX_PORT");
        }
    }

    @Test
    void aReplyImpliesASavedState() {
        SandboxOptions kept = OPTIONS.withStateFile(directory.resolve("below/state.json"));
        try (Sandbox killed = Sandbox.start(kept)) {
            SandboxClient before = new SandboxClient(killed.baseUrl(), "github");
            before.set("access_token_ttl", "PT5M");
            JsonNode made = before.act("install", Map.of("account_id", 9001));

            try (Sandbox next = Sandbox.start(kept)) {
                SandboxClient after = new SandboxClient(next.baseUrl(), "github");
                String page = "/github/organizations/acme/settings/installations/" + made.path("installation_id");
                assertThat(next.app(GitHubApp.class).privateKeyPem())
                        .isEqualTo(killed.app(GitHubApp.class).privateKeyPem());
                assertThat(after.get(page).statusCode()).isEqualTo(200);
                assertThat(after.control("GET", "github/settings", "")
                                .path("access_token_ttl")
                                .stringValue())
                        .isEqualTo("PT5M");
            }
        }
    }

    @Test
    void aTokenOfAnOlderStateFileCanStillBeChecked() throws IOException {
        Path file = directory.resolve("state.json");
        String token;
        try (Sandbox older = Sandbox.start(OPTIONS.withStateFile(file))) {
            token = userToken(older);
        }
        String saved = Files.readString(file);
        Files.writeString(
                file,
                saved.replace("\"state\":{", "\"world\":{")
                        .replaceAll("\"createdAt\":\"[^\"]*\",(?=\"rotatedAt\")", ""));
        assertThat(Files.readString(file)).isNotEqualTo(saved);

        try (Sandbox newer = Sandbox.start(OPTIONS.withStateFile(file))) {
            GitHubApp app = newer.app(GitHubApp.class);
            String both = app.clientId() + ":" + app.clientSecret();
            String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
            String path = "/github/api/v3/applications/" + app.clientId() + "/token";

            HttpResponse<String> checked = new SandboxClient(newer.baseUrl(), "github")
                    .send("POST", path, "{\"access_token\":\"" + token + "\"}", "Authorization", "Basic " + basic);

            assertThat(SandboxClient.json(checked).path("created_at").isString())
                    .isTrue();
        }
    }

    private static String userToken(Sandbox sandbox) {
        GitHubApp app = sandbox.app(GitHubApp.class);
        SandboxClient client = new SandboxClient(sandbox.baseUrl(), "github");
        client.set("consent", "approve");
        String code = SandboxClient.returned(client.get("/github/login/oauth/authorize?client_id=" + app.clientId()))
                .getOrDefault("code", "none");
        Map<String, String> form =
                Map.of("client_id", app.clientId(), "client_secret", app.clientSecret(), "code", code);
        HttpResponse<String> pair = client.form("/github/login/oauth/access_token", form, "Accept", "application/json");
        return SandboxClient.json(pair).path("access_token").stringValue();
    }

    @Test
    void theStateFileIsItsOwnersOnly() throws IOException {
        Path file = directory.resolve("state.json");

        Sandbox.start(OPTIONS.withStateFile(file)).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void anErrorNamesTheDamagedStateFile() throws IOException {
        Path file = directory.resolve("state.json");
        for (String damaged : new String[] {"{", "[]", "{\"github\":{\"state\":{\"key\":3}}}"}) {
            Files.writeString(file, damaged);

            assertThatThrownBy(() -> Sandbox.start(OPTIONS.withStateFile(file)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void theAppIsWhatAnOperatorWouldConfigure() {
        try (Sandbox sandbox = Sandbox.start(OPTIONS)) {
            GitHubApp app = sandbox.app(GitHubApp.class);

            assertThat(app.privateKeyPem()).startsWith("-----BEGIN RSA PRIVATE KEY-----\n");
            assertThat(app.webUrl()).isEqualTo(URI.create(sandbox.baseUrl() + "/github"));
            assertThat(app.apiUrl()).isEqualTo(URI.create(sandbox.baseUrl() + "/github/api/v3"));
            assertThat(app.toString()).doesNotContain(app.clientSecret(), app.webhookSecret(), "PRIVATE");
        }
    }

    @Test
    void theAtlassianAppIsBelowOneAddress() {
        try (Sandbox sandbox = Sandbox.start(OPTIONS)) {
            AtlassianApp app = sandbox.app(AtlassianApp.class);

            assertThat(app.authUrl()).isEqualTo(URI.create(sandbox.baseUrl() + "/atlassian"));
            assertThat(app.apiUrl()).isEqualTo(app.authUrl());
            assertThat(app.toString()).doesNotContain(app.clientSecret());
        }
    }
}
