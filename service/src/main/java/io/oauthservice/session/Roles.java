package io.oauthservice.session;

import io.oauthservice.access.Caller;
import io.oauthservice.access.People;
import io.oauthservice.session.OidcProperties.Role;
import io.oauthservice.session.SessionOwner.Person;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The roles of people: found in the claims of an ID token, and mapped to permissions by the settings. */
@Component
class Roles {

    private final OidcProperties properties;
    private final People people;
    private final Map<String, RolePermissions> roles;

    Roles(OidcProperties properties, People people) {
        this.properties = properties;
        this.people = people;
        this.roles = properties.roles().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> RolePermissions.of(entry.getKey(), entry.getValue())));
    }

    /** Those of the person's roles that are configured. */
    List<String> configuredRoles(Map<String, Object> claims) {
        Object claim = claim(claims, properties.rolesClaim());
        Collection<?> values = claim instanceof Collection<?> list ? list : claim == null ? List.of() : List.of(claim);
        return values.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(roles::containsKey)
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether the claim with the roles exists, of whatever form it is. */
    boolean hasRolesClaim(Map<String, Object> claims) {
        return claim(claims, properties.rolesClaim()) != null;
    }

    /** The claim of this name, which may contain dots itself; otherwise the nested one. */
    private static @Nullable Object claim(Map<?, ?> claims, String path) {
        Object whole = claims.get(path);
        int dot = path.indexOf('.');
        if (whole != null || dot < 0) {
            return whole;
        }
        return claims.get(path.substring(0, dot)) instanceof Map<?, ?> nested
                ? claim(nested, path.substring(dot + 1))
                : null;
    }

    /** Empty if the current settings give the person no permission. */
    Optional<Caller> caller(Person person) {
        return person.issuer().equals(properties.issuer())
                ? caller(
                        person.subject(),
                        person.roles().stream()
                                .map(roles::get)
                                .filter(Objects::nonNull)
                                .toList())
                : Optional.empty();
    }

    /**
     * All permissions of the roles, for the organisations for which each of these permissions is granted: the
     * permission of one role must not apply to the organisations of another.
     */
    private Optional<Caller> caller(String subject, List<RolePermissions> held) {
        Set<String> permissions =
                held.stream().flatMap(role -> role.permissions().stream()).collect(Collectors.toUnmodifiableSet());
        if (permissions.isEmpty()) {
            return Optional.empty();
        }
        if (permissions.stream()
                .allMatch(permission -> isGranted(permission, held.stream().filter(RolePermissions::isOfAll)))) {
            return Optional.of(people.caller(subject, permissions, null));
        }
        Set<String> organisations = held.stream()
                .flatMap(role -> role.organisations().stream())
                .filter(id -> permissions.stream()
                        .allMatch(permission ->
                                isGranted(permission, held.stream().filter(role -> role.covers(id)))))
                .collect(Collectors.toUnmodifiableSet());
        return organisations.isEmpty()
                ? Optional.empty()
                : Optional.of(people.caller(subject, permissions, organisations));
    }

    private static boolean isGranted(String permission, Stream<RolePermissions> by) {
        return by.anyMatch(role -> role.includes(permission));
    }

    /**
     * What a role permits.
     *
     * @param isOfAll whether it is for all organisations
     * @param organisations the ids of the organisations otherwise
     */
    private record RolePermissions(Set<String> permissions, boolean isOfAll, Set<String> organisations) {

        static RolePermissions of(String value, Role role) {
            boolean all = role.isOfAllOrganisations();
            return new RolePermissions(
                    People.knownPermissions(OidcProperties.PREFIX + ".roles." + value, role.permissions()),
                    all,
                    all ? Set.of() : Set.copyOf(role.organisations()));
        }

        boolean covers(String organisation) {
            return isOfAll || organisations.contains(organisation);
        }

        boolean includes(String permission) {
            return Caller.includes(permissions, permission);
        }
    }
}
