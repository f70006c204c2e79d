package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The app finds its installation by organisation, repository or user. */
class LookupTest extends GitHubTestBase {

    private long acme;
    private long dana;

    @BeforeEach
    void install() {
        client.set("accounts", List.of(Map.of("id", 55, "login", "dev-dana", "type", "User", "owners", List.of(55))));
        acme = installed(ACME);
        dana = installed("55");
    }

    private HttpResponse<String> lookup(String path) {
        return asApp("GET", path + "/installation", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orgs/acme", "/orgs/ACME", "/repos/acme/web", "/repos/Acme/WEB", "/users/acme"})
    void anOrganisationsInstallationIsFoundByLogin(String path) {
        assertThat(SandboxClient.json(lookup(path)).path("id").longValue()).isEqualTo(acme);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/dev-dana", "/repos/dev-dana/main"})
    void aUsersInstallationIsFoundByLogin(String path) {
        assertThat(SandboxClient.json(lookup(path)).path("id").longValue()).isEqualTo(dana);
    }

    @ParameterizedTest
    @CsvSource({
        "/orgs/nobody, account_unknown",
        "/orgs/9001, account_unknown",
        "/users/9001, account_unknown",
        "/orgs/dev-dana, organization_unknown",
        "/orgs/globex, not_installed",
        "/users/globex, not_installed",
        "/repos/globex/core, not_installed",
        "/repos/acme/core, repository_not_reached",
        "/repos/9001/web, account_unknown",
    })
    void anAccountWithoutAnInstallationIsNotFound(String path, String violation) {
        assertThat(lookup(path).statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly(violation);
    }

    @Test
    void aRepositoryThatIsNotSelectedIsNotFound() {
        client.act("select_repositories", Map.of("installation_id", acme, "repository_ids", List.of(102)));

        assertThat(lookup("/repos/acme/api").statusCode()).isEqualTo(200);
        assertThat(lookup("/repos/acme/web").statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("repository_not_reached");
    }

    @Test
    void aLoginThatLooksLikeAnIdIsALogin() {
        client.set("accounts", List.of(Map.of("id", 9004, "login", "9001", "owners", List.of(55))));
        long other = installed("9004");

        assertThat(SandboxClient.json(lookup("/orgs/9001")).path("id").longValue())
                .isEqualTo(other);
        assertThat(SandboxClient.json(lookup("/orgs/acme")).path("id").longValue())
                .isEqualTo(acme);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orgs/acme", "/repos/acme/web", "/users/acme"})
    void lookingUpRequiresTheApp(String path) {
        String token = userTokens().path("access_token").stringValue();

        assertThat(withToken("GET", path + "/installation", token).statusCode()).isEqualTo(401);
        assertThat(client.violations()).containsExactly("jwt_malformed");
    }
}
