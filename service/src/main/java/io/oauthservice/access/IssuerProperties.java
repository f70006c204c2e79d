package io.oauthservice.access;

import io.oauthservice.issuer.IssuerMetadata;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * An issuer whose JWTs are accepted.
 *
 * @param issuer the exact value of {@code iss}
 * @param audience the required value in {@code aud}, which identifies this service
 * @param jwkSetUri the address of the public keys; null: as {@code <issuer>/.well-known/openid-configuration} says
 * @param algorithms the accepted signature algorithms; all of them use a public key
 * @param permissionsClaim the claim with permissions, separated by spaces or as a list; unknown permissions are ignored
 * @param organisationsClaim the claim with the ids of the organisations that the caller may see
 * @param organisations these ids for all callers of the issuer, or {@code all}; without claim and ids: none
 * @param allowSharedGrants whether its callers may use a grant that covers further organisations
 * @param subjects permissions of single subjects, which replace those of the claims
 * @param certificatePath a PEM file with the certificate authorities to trust; null: the JVM's
 * @param tokenPath a file with the bearer token for the issuer's server; read at each use, because it may rotate
 * @param requestsPerSecond of each subject, on each replica; null: not limited
 */
record IssuerProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String audience,
        @Nullable URI jwkSetUri,
        @DefaultValue({"RS256", "ES256"}) Set<SignatureAlgorithm> algorithms,
        @DefaultValue("scope") String permissionsClaim,
        @Nullable String organisationsClaim,
        @DefaultValue List<String> organisations,
        @DefaultValue("false") boolean allowSharedGrants,
        @DefaultValue List<Subject> subjects,
        @Nullable Path certificatePath,
        @Nullable Path tokenPath,
        @Nullable Integer requestsPerSecond) {

    private static final String ALL = "all";

    boolean seesAllOrganisations() {
        return organisations.equals(List.of(ALL));
    }

    void check(String setting) {
        SettingException.require(!issuer.isBlank(), setting + ".issuer", "must be the value of iss in the tokens");
        SettingException.require(
                !audience.isBlank(), setting + ".audience", "must be the value of aud in the tokens for this service");
        SettingException.require(
                IssuerMetadata.isSafe(jwkSetUri == null ? IssuerMetadata.discovery(issuer) : jwkSetUri),
                setting + (jwkSetUri == null ? ".issuer" : ".jwk-set-uri"),
                "must begin with https:// unless its host is a loopback address");
        SettingException.require(
                organisationsClaim == null || organisations.isEmpty(),
                setting + ".organisations",
                "must not be set together with organisations-claim");
        checkOrganisations(setting, organisations);
        RateLimits.check(setting, requestsPerSecond);
        subjects.forEach(subject -> subject.check(setting + ".subjects"));
    }

    private static void checkOrganisations(String setting, List<String> organisations) {
        SettingException.require(
                organisations.size() <= 1 || !organisations.contains(ALL),
                setting + ".organisations",
                "must be either " + ALL + " or a list of ids");
    }

    /**
     * The permissions of one subject, in place of its claims.
     *
     * @param subject the value of {@code sub}, such as {@code system:serviceaccount:<namespace>:<name>}
     * @param permissions empty: the subject may do nothing
     * @param organisations the ids of the organisations that it may see; empty: as the issuer's settings say
     * @param allowSharedGrants whether it may use a grant that covers further organisations
     */
    record Subject(
            @DefaultValue("") String subject,
            @DefaultValue List<String> permissions,
            @DefaultValue List<String> organisations,
            @DefaultValue("false") boolean allowSharedGrants) {

        private void check(String setting) {
            SettingException.require(
                    !subject.isBlank(), setting + ".subject", "must be the value of sub in the tokens");
            checkOrganisations(setting, organisations);
            SettingException.require(!organisations.contains(ALL), setting + ".organisations", "must be ids");
        }
    }
}
