package io.oauthservice.session;

import io.oauthservice.issuer.IssuerMetadata;
import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The OpenID provider at which people sign in to the page.
 *
 * @param issuer the exact value of iss; empty: people sign in with API keys only
 * @param clientId this service's client id at the provider
 * @param clientSecret the client secret
 * @param displayName what the sign-in form calls the provider
 * @param scopes the scopes to request
 * @param rolesClaim the claim of the ID token with the person's roles; dots lead into nested claims
 * @param roles what each value of that claim permits; other values permit nothing
 */
@ConfigurationProperties(OidcProperties.PREFIX)
record OidcProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String clientId,
        @DefaultValue("") String clientSecret,
        @DefaultValue("single sign-on") String displayName,
        @DefaultValue({"openid", "profile", "email"}) List<String> scopes,
        @DefaultValue("roles") String rolesClaim,
        @DefaultValue Map<String, Role> roles) {

    static final String PREFIX = "oauth.dashboard.oidc";
    private static final String VARIABLE = "OAUTH_DASHBOARD_OIDC_";
    private static final int MAX_LENGTH = 255;

    OidcProperties {
        scopes = List.copyOf(scopes);
        roles = Map.copyOf(roles);
        if (!issuer.isEmpty()) {
            check(issuer, clientId, clientSecret, roles);
        } else {
            SettingException.require(
                    clientId.isEmpty() && clientSecret.isEmpty() && roles.isEmpty(),
                    VARIABLE + "ISSUER",
                    "is missing, while other settings of " + PREFIX + " are set");
        }
        SettingException.require(scopes.contains("openid"), VARIABLE + "SCOPES", "must contain openid");
        SettingException.require(!rolesClaim.isBlank(), VARIABLE + "ROLESCLAIM", "must be the name of a claim");
        SettingException.require(
                !displayName.isBlank() && displayName.length() <= MAX_LENGTH,
                VARIABLE + "DISPLAY_NAME",
                "must have 1 to " + MAX_LENGTH + " characters");
    }

    private static void check(String issuer, String clientId, String clientSecret, Map<String, Role> roles) {
        URI address = Addresses.parsed(VARIABLE + "ISSUER", issuer);
        SettingException.require(
                Addresses.isServer(address) && IssuerMetadata.isSafe(address) && issuer.length() <= MAX_LENGTH,
                VARIABLE + "ISSUER",
                "must begin with https:// unless its host is a loopback address, and have a path at most");
        SettingException.require(!clientId.isEmpty(), VARIABLE + "CLIENT_ID", "is missing");
        SettingException.require(!clientSecret.isEmpty(), VARIABLE + "CLIENT_SECRET", "is missing");
        SettingException.require(
                !roles.isEmpty(), PREFIX + ".roles", "is missing: without a role, no person can sign in");
        roles.forEach((value, role) -> role.check(PREFIX + ".roles." + value));
    }

    boolean isConfigured() {
        return !issuer.isEmpty();
    }

    @Override
    public String toString() {
        return "OidcProperties[issuer=" + issuer + ", clientId=" + clientId + "]";
    }

    /**
     * What people with a role may do.
     *
     * @param permissions as those of an API client
     * @param organisations the ids of the organisations that they may see, or {@code all}
     */
    record Role(
            @DefaultValue List<String> permissions,
            @DefaultValue List<String> organisations) {

        private static final String ALL = "all";

        Role {
            permissions = List.copyOf(permissions);
            organisations = List.copyOf(organisations);
        }

        boolean isOfAllOrganisations() {
            return organisations.equals(List.of(ALL));
        }

        private void check(String setting) {
            SettingException.require(!permissions.isEmpty(), setting + ".permissions", "is missing");
            SettingException.require(
                    isOfAllOrganisations() || (!organisations.isEmpty() && !organisations.contains(ALL)),
                    setting + ".organisations",
                    "must be either " + ALL + " or a list of ids");
        }
    }
}
