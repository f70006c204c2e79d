package io.oauthservice.access;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/**
 * An issuer whose JWTs are taken.
 *
 * @param issuer what its tokens say in {@code iss}, letter by letter
 * @param audience what its tokens must say in {@code aud}: it stands for this service
 * @param jwkSetUri where its public keys are; null: where {@code <issuer>/.well-known/openid-configuration} says
 * @param algorithms of signatures that are taken; only such with a public key can be named
 * @param permissionsClaim which claim holds permissions, as text parted by spaces or as a list; others in it are ignored
 * @param organisationsClaim which claim holds the only organisations, by id, that the caller may see
 * @param organisations the same for all its callers, or the one word {@code all}; neither claim nor this: none
 * @param allowSharedGrants whether a grant that reaches further organisations too may be handed to them
 * @param subjects what single subjects may do, whatever their claims say
 * @param certificatePath the certificates that its server must be vouched for by, as PEM; null: the platform's
 * @param tokenPath a file with the bearer token that its server wants from us; read at each use, because it may rotate
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
        @Nullable Path tokenPath) {

    private static final String ALL = "all";

    boolean everyOrganisation() {
        return organisations.equals(List.of(ALL));
    }

    /** Where its public keys are told where no setting says it. */
    URI discovery() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }

    void check(String setting) {
        require(!issuer.isBlank(), setting + ".issuer", "must be what the tokens say in iss");
        require(!audience.isBlank(), setting + ".audience", "must be what the tokens say in aud to mean this service");
        require(
                isSafe(jwkSetUri == null ? discovery() : jwkSetUri),
                setting + (jwkSetUri == null ? ".issuer" : ".jwk-set-uri"),
                "must begin with https:// unless its host is a loopback address: whoever stands in between could sign");
        require(
                organisationsClaim == null || organisations.isEmpty(),
                setting + ".organisations",
                "must not be given together with organisations-claim");
        checkOrganisations(setting, organisations);
        subjects.forEach(subject -> subject.check(setting + ".subjects"));
    }

    private static void checkOrganisations(String setting, List<String> organisations) {
        require(
                organisations.size() <= 1 || !organisations.contains(ALL),
                setting + ".organisations",
                "must be either " + ALL + " or ids");
    }

    private static void require(boolean holds, String setting, String problem) {
        if (!holds) {
            throw new SettingException(setting, problem);
        }
    }

    /** Whether keys that come from there are what was sent. */
    static boolean isSafe(URI uri) {
        return uri.getHost() != null && ("https".equals(uri.getScheme()) || Addresses.isLoopback(uri.getHost()));
    }

    /**
     * What one subject may do, in place of what its claims say.
     *
     * @param subject what its tokens say in {@code sub}, such as {@code system:serviceaccount:<namespace>:<name>}
     * @param permissions what it may do; none: nothing
     * @param organisations the only organisations it may see, by id; empty: what the issuer's settings say
     * @param allowSharedGrants whether a grant that reaches further organisations too may be handed to it
     */
    record Subject(
            @DefaultValue("") String subject,
            @DefaultValue List<String> permissions,
            @DefaultValue List<String> organisations,
            @DefaultValue("false") boolean allowSharedGrants) {

        private void check(String setting) {
            require(!subject.isBlank(), setting + ".subject", "must be what the tokens say in sub");
            AccessProperties.checkPermissions(setting, permissions);
            checkOrganisations(setting, organisations);
            require(!organisations.contains(ALL), setting + ".organisations", "must be ids");
        }
    }
}
