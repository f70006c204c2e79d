package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class UserApiTest extends GitHubTestBase {

    private String token() {
        return userTokens().path("access_token").stringValue();
    }

    @Test
    void aUserTokenShowsItsUser() {
        JsonNode user = SandboxClient.json(withToken("GET", "/user", token()));

        assertThat(user.path("id").longValue()).isEqualTo(55);
        assertThat(user.path("login").stringValue()).isEqualTo("dev-dana");
    }

    @Test
    void installationsOfOthersAreNotListed() {
        client.set("accounts", List.of(Map.of("id", 9003, "login", "initech", "owners", List.of(77))));
        installed(ACME);
        installed("9003");

        JsonNode listed = SandboxClient.json(withToken("GET", "/user/installations", token()));

        assertThat(listed.path("total_count").intValue()).isEqualTo(1);
        assertThat(listed.path("installations")
                        .path(0)
                        .path("account")
                        .path("id")
                        .longValue())
                .isEqualTo(9001);
    }

    @Test
    void installationsComeInPages() {
        installed(ACME);
        installed(GLOBEX);
        String token = token();

        HttpResponse<String> first = withToken("GET", "/user/installations?per_page=1", token);
        HttpResponse<String> second = withToken("GET", "/user/installations?per_page=1&page=2", token);

        assertThat(SandboxClient.json(first).path("total_count").intValue()).isEqualTo(2);
        assertThat(SandboxClient.json(first).path("installations")).hasSize(1);
        assertThat(first.headers().firstValue("Link").orElseThrow())
                .contains("<" + app.apiUrl() + "/user/installations?per_page=1&page=2>; rel=\"next\"");
        assertThat(second.headers().firstValue("Link").orElseThrow())
                .contains("rel=\"prev\"")
                .doesNotContain("rel=\"next\"");
        assertThat(SandboxClient.json(second)
                        .path("installations")
                        .path(0)
                        .path("account")
                        .path("login")
                        .stringValue())
                .isEqualTo("globex");
    }

    @Test
    void membershipShowsOwners() {
        client.set(
                "accounts",
                List.of(Map.of("id", 9003, "login", "initech", "owners", List.of(77), "members", List.of(55))));
        installed(ACME);
        installed("9003");
        String token = token();

        assertThat(SandboxClient.json(withToken("GET", "/user/memberships/orgs/acme", token))
                        .path("role")
                        .stringValue())
                .isEqualTo("admin");
        assertThat(SandboxClient.json(withToken("GET", "/user/memberships/orgs/initech", token))
                        .path("role")
                        .stringValue())
                .isEqualTo("member");
    }

    @Test
    void membershipNeedsAnInstallationThatMayReadMembers() {
        long acme = installed(ACME);
        client.act("accept_permissions", Map.of("installation_id", acme, "permissions", Map.of()));

        assertThat(withToken("GET", "/user/memberships/orgs/acme", token()).statusCode())
                .isEqualTo(403);
        assertThat(client.violations()).containsExactly("members_not_granted");
    }

    @Test
    void anUnknownOrganisationHasNoMembers() {
        assertThat(withToken("GET", "/user/memberships/orgs/nobody", token()).statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("organization_not_visible");
    }

    @Test
    void aTokenIsRequiredAndOfTheRightKind() {
        assertThat(rest("GET", "/user", "").statusCode()).isEqualTo(401);
        assertThat(withToken("GET", "/user", "ghu_guessed").statusCode()).isEqualTo(401);
        assertThat(withToken("GET", "/user", minted(installed(ACME))).statusCode())
                .isEqualTo(403);
        assertThat(client.violations()).containsExactly("token_missing", "token_unknown", "wrong_kind_of_token");
    }

    @Test
    void anotherUserCanBeSignedIn() {
        client.set("signed_in_user", "owner-olga");

        assertThat(SandboxClient.json(withToken("GET", "/user", token()))
                        .path("id")
                        .longValue())
                .isEqualTo(77);
    }

    @Test
    void theApiRequiresAUserAgent() throws IOException {
        String answer = rawly("GET " + API + "/user HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403").contains("User-Agent header");
        assertThat(client.violations()).containsExactly("user_agent_missing");
    }

    @Test
    void theApiReturnsItsLimitsAndTheTime() {
        var headers = withToken("GET", "/user", token()).headers();

        assertThat(headers.firstValue("x-ratelimit-limit")).contains("5000");
        assertThat(headers.firstValue("x-ratelimit-reset").orElseThrow()).matches("\\d{10}");
        assertThat(headers.firstValue("Date")).isPresent();
    }

    private String rawly(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), sandbox.baseUrl().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
