package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.session.OidcProperties.Role;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Which settings of the sign-in at an OpenID provider are accepted. */
class OidcPropertiesTest {

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "issuer", "https://id.example.com/realms/acme",
            "client-id", "page",
            "client-secret", "hidden-value",
            "roles.viewers.permissions", "installations:read",
            "roles.viewers.organisations", "all"));

    private OidcProperties bound() {
        Map<String, String> prefixed = new HashMap<>();
        settings.forEach((name, value) -> prefixed.put(OidcProperties.PREFIX + "." + name, value));
        return new Binder(new MapConfigurationPropertySource(prefixed))
                .bindOrCreate(OidcProperties.PREFIX, OidcProperties.class);
    }

    @Test
    void theDefaultsRequestNamesAndReadTheClaimRoles() {
        assertThat(bound().isConfigured()).isTrue();
        assertThat(bound().scopes()).containsExactly("openid", "profile", "email");
        assertThat(bound().rolesClaim()).isEqualTo("roles");
        assertThat(bound().toString()).doesNotContain("hidden-value");
    }

    @Test
    void withoutSettingsThereIsNoProvider() {
        settings.clear();

        assertThat(bound().isConfigured()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "issuer, '', OAUTH_DASHBOARD_OIDC_ISSUER is missing",
        "issuer, http://id.example.com, OAUTH_DASHBOARD_OIDC_ISSUER must begin with https://",
        "issuer, https://id.example.com?x, OAUTH_DASHBOARD_OIDC_ISSUER must begin with https://",
        "issuer, id.example.com, OAUTH_DASHBOARD_OIDC_ISSUER must begin with https://",
        "issuer, '{', OAUTH_DASHBOARD_OIDC_ISSUER must look like",
        "client-id, '', OAUTH_DASHBOARD_OIDC_CLIENT_ID is missing",
        "client-secret, '', OAUTH_DASHBOARD_OIDC_CLIENT_SECRET is missing",
        "scopes, profile, OAUTH_DASHBOARD_OIDC_SCOPES must contain openid",
        "roles-claim, ' ', OAUTH_DASHBOARD_OIDC_ROLESCLAIM must be",
        "display-name, '', OAUTH_DASHBOARD_OIDC_DISPLAY_NAME must have",
        "roles.viewers.permissions, '', oauth.dashboard.oidc.roles.viewers.permissions is missing",
        "roles.viewers.organisations, '', oauth.dashboard.oidc.roles.viewers.organisations must be",
        "roles.viewers.organisations, 'all,1', oauth.dashboard.oidc.roles.viewers.organisations must be"
    })
    void anInvalidSettingIsNamed(String name, String value, String problem) {
        settings.put(name, value);

        assertThatThrownBy(this::bound)
                .isInstanceOf(BindException.class)
                .satisfies(failure -> assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                        .satisfiesAnyOf(
                                cause -> assertThat(cause).isInstanceOf(SettingException.class),
                                cause -> assertThat(cause.getMessage()).contains("Illegal character")))
                .hasStackTraceContaining(problem);
    }

    @Test
    void aMissingRoleIsRejected() {
        settings.keySet().removeIf(name -> name.startsWith("roles."));

        assertThatThrownBy(this::bound).hasStackTraceContaining("oauth.dashboard.oidc.roles is missing");
    }

    /** No name of a variable may be taken for a role. */
    @Test
    void theVariablesOfTheEnvironmentCanBeSetTogether() {
        String variable = "OAUTH_DASHBOARD_OIDC_";
        MutablePropertySources environment = new MutablePropertySources();
        environment.addLast(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                        variable + "ISSUER", "https://id.example.com",
                        variable + "CLIENT_ID", "page",
                        variable + "CLIENT_SECRET", "hidden-value",
                        variable + "DISPLAY_NAME", "Acme",
                        variable + "SCOPES", "openid,groups",
                        variable + "ROLESCLAIM", "groups",
                        variable + "ROLES_VIEWERS_PERMISSIONS", "installations:read",
                        variable + "ROLES_VIEWERS_ORGANISATIONS", "9001,9002")));

        OidcProperties bound = new Binder(ConfigurationPropertySources.from(environment))
                .bind(OidcProperties.PREFIX, OidcProperties.class)
                .get();

        assertThat(bound)
                .isEqualTo(new OidcProperties(
                        "https://id.example.com",
                        "page",
                        "hidden-value",
                        "Acme",
                        List.of("openid", "groups"),
                        "groups",
                        Map.of("viewers", new Role(List.of("installations:read"), List.of("9001", "9002")))));
    }

    @Test
    void theDocumentedRolesAreValidConfiguration() throws IOException {
        Matcher block = Pattern.compile("<!-- oidc -->\\s+```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/configuration.md")));
        assertThat(block.find()).isTrue();
        MutablePropertySources sources = new MutablePropertySources();
        new YamlPropertySourceLoader()
                .load("roles", new ByteArrayResource(block.group(1).getBytes(StandardCharsets.UTF_8)))
                .forEach(sources::addLast);

        Map<String, Role> roles = new Binder(ConfigurationPropertySources.from(sources))
                .bind(
                        OidcProperties.PREFIX + ".roles",
                        org.springframework.boot.context.properties.bind.Bindable.mapOf(String.class, Role.class))
                .get();

        assertThat(roles)
                .containsOnlyKeys("Platform Admins", "viewers", "acme")
                .containsEntry("viewers", new Role(List.of("installations:read"), List.of("all")));
    }
}
