package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.LogCapture;
import io.oauthservice.access.Caller;
import io.oauthservice.access.PeopleFixtures;
import io.oauthservice.session.OidcProperties.Role;
import io.oauthservice.session.SessionOwner.Person;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What several roles permit together. */
class RolesTest {

    private static final String ISSUER = "https://id.example.com";

    private final Map<String, Role> settings = new LinkedHashMap<>();

    private void role(String value, String permissions, String organisations) {
        settings.put(value, new Role(List.of(permissions.split(",")), List.of(organisations.split(","))));
    }

    private Roles roles() {
        return new Roles(
                new OidcProperties(ISSUER, "id", "secret", "SSO", List.of("openid"), "roles", settings),
                PeopleFixtures.create());
    }

    private Optional<Caller> caller(String... held) {
        return roles().caller(new Person(ISSUER, "1", List.of(held), "Jane"));
    }

    private void assertCaller(
            Optional<Caller> caller,
            Set<String> permissions,
            @org.jspecify.annotations.Nullable Set<String> organisations) {
        assertThat(caller).hasValueSatisfying(found -> {
            assertThat(found.name()).isEqualTo("oidc:1");
            assertThat(found.permissions()).isEqualTo(permissions);
            assertThat(found.organisations()).isEqualTo(organisations);
        });
    }

    @Test
    void organisationsOfEqualRolesAreAdded() {
        role("acme", "installations:read", "1,2");
        role("globex", "installations:read", "3");

        assertCaller(caller("acme", "globex"), Set.of("installations:read"), Set.of("1", "2", "3"));
    }

    @Test
    void aPermissionOfOneRoleDoesNotApplyToTheOrganisationsOfAnother() {
        role("reader", "installations:read", "all");
        role("writer", "installations:read,installations:write", "1");
        role("auditor", "audit:read", "2");

        assertCaller(caller("reader", "writer"), Set.of("installations:read", "installations:write"), Set.of("1"));
        assertCaller(caller("reader", "auditor"), Set.of("installations:read", "audit:read"), Set.of("2"));
        assertThat(caller("writer", "auditor")).isEmpty();
    }

    @Test
    void aRoleWithEveryPermissionIncludesTheOthers() {
        role("admin", "*", "all");
        role("writer", "installations:write", "1");

        assertCaller(caller("admin", "writer"), Set.of("*", "installations:write"), null);
    }

    @Test
    void aRoleOfAnotherIssuerOrOfNoSettingPermitsNothing() {
        role("reader", "installations:read", "all");

        assertThat(caller("guest")).isEmpty();
        assertThat(caller()).isEmpty();
        assertThat(roles().caller(new Person("https://other.example.com", "1", List.of("reader"), "Jane")))
                .isEmpty();
        assertThat(caller("reader", "guest")).isPresent();
    }

    @Test
    void unknownPermissionsGrantNothingAndAreLogged() {
        role("reader", "installations:reed", "all");

        try (LogCapture log = LogCapture.start()) {
            assertThat(caller("reader")).isEmpty();

            assertThat(log.text())
                    .contains("setting=oauth.dashboard.oidc.roles.reader.permissions permission=installations:reed");
        }
    }
}
