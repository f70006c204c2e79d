package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.provider.Ceiling;
import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.Repositories;
import io.oauthservice.startup.SettingException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The settings of ceilings. */
class GitHubCeilingsTest {

    @Test
    void aCeilingIsSetByVariables() {
        GitHubCeilings ceilings = new GitHubCeilings(new Binder(
                Objects.requireNonNull(ConfigurationPropertySource.from(new SystemEnvironmentPropertySource(
                        "systemEnvironment",
                        Map.of(
                                "OAUTH_ACCESS_CLIENTS_CI_KEY_SHA256", "00",
                                "OAUTH_ACCESS_CLIENTS_CI_GITHUB_PERMISSIONS", "contents:read,issues:write",
                                "OAUTH_ACCESS_CLIENTS_CI_GITHUB_REPOSITORIES", "102,101",
                                "OAUTH_ACCESS_CLIENTS_BOT_KEY_SHA256", "01"))))));

        assertThat(ceilings.ofClient("ci"))
                .contains(new Ceiling(
                        new Repositories(true, List.of("101", "102")),
                        Permissions.granted(Map.of("contents", "read", "issues", "write"))));
        assertThat(ceilings.ofClient("bot")).isEmpty();
    }

    @Test
    void issuersAndSubjectsHaveCeilings() {
        GitHubCeilings ceilings = ceilings(Map.of(
                "oauth.access.issuers.idp.github.permissions", "contents:read",
                "oauth.access.issuers.idp.subjects[0].subject", "a:b",
                "oauth.access.issuers.idp.subjects[0].github.repositories", "acme/Web"));

        assertThat(ceilings.ofIssuer("idp"))
                .contains(new Ceiling(null, Permissions.granted(Map.of("contents", "read"))));
        assertThat(ceilings.ofSubject("idp", "a:b"))
                .contains(new Ceiling(new Repositories(false, List.of("acme/web")), null));
        assertThat(ceilings.ofSubject("idp", "a:c")).isEmpty();
        assertThat(ceilings.ofIssuer("other")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permission    | contents:read               | permission is not a setting",
                "permissions   | contents                    | permissions must be a list such as",
                "permissions   | contents:read,contents:read | permissions must name each permission once",
                "permissions   | ''                          | permissions must name 1 to 100",
                "repositories  | ''                          | repositories must name 1 to 500",
                "repositories  | 101,web                     | repositories must be either ids or names",
                "repositories  | web,Web                     | repositories must name each repository once",
            })
    void aCeilingThatIsNotUnderstoodStopsTheStart(String setting, String value, String problem) {
        assertThatThrownBy(() -> ceilings(Map.of("oauth.access.clients.ci.github." + setting, value)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.ci.github." + problem);
    }

    @Test
    void aCeilingOfMoreThanFiveHundredRepositoriesStopsTheStart() {
        String ids = IntStream.rangeClosed(1, 501).mapToObj(String::valueOf).collect(Collectors.joining(","));

        assertThatThrownBy(() -> ceilings(Map.of("oauth.access.clients.ci.github.repositories", ids)))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.access.clients.ci.github.repositories must name 1 to 500 repositories");
    }

    private static GitHubCeilings ceilings(Map<String, String> settings) {
        return new GitHubCeilings(new Binder(new MapConfigurationPropertySource(settings)));
    }
}
