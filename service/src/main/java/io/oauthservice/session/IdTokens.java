package io.oauthservice.session;

import io.oauthservice.access.People;
import io.oauthservice.core.Secret;
import io.oauthservice.issuer.JwtChecks;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtIssuedAtValidator;

/** The claims of a valid ID token (OpenID Connect Core, section 3.1.3.7). */
final class IdTokens {

    /** A sign-in takes no longer: the cookie ends with it. */
    static final Duration SIGN_IN = Duration.ofMinutes(10);

    private IdTokens() {}

    /** Checks all claims but the nonce, which is another one for each sign-in. */
    static OAuth2TokenValidator<Jwt> validator(OidcProperties properties, Clock clock) {
        JwtIssuedAtValidator issued = new JwtIssuedAtValidator(true);
        issued.setClockSkew(SIGN_IN);
        issued.setClock(clock);
        return new DelegatingOAuth2TokenValidator<>(
                new DelegatingOAuth2TokenValidator<>(
                        JwtChecks.of(properties.issuer(), properties.clientId(), clock, "JWT")),
                issued,
                jwt -> result(isPartyTo(jwt, properties.clientId()), "azp"),
                jwt -> result(People.isSubject(jwt.getSubject()), "sub"));
    }

    private static boolean isPartyTo(Jwt jwt, String clientId) {
        Object party = jwt.getClaim("azp");
        List<String> audience = jwt.getAudience();
        return party == null ? audience != null && audience.size() == 1 : party.equals(clientId);
    }

    private static OAuth2TokenValidatorResult result(boolean valid, String claim) {
        return valid
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(
                        new OAuth2Error("invalid_token", "The " + claim + " claim is not valid", null));
    }

    /** @throws BadJwtException if the token belongs to another sign-in */
    static void requireNonce(Jwt jwt, Secret nonce) {
        if (!(jwt.getClaim("nonce") instanceof String sent) || !Secret.of(sent).equals(nonce)) {
            throw new BadJwtException("The nonce claim is not valid");
        }
    }
}
