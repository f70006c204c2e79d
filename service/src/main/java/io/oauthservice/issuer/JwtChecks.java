package io.oauthservice.issuer;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtAudienceValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;

/** The checks of every JWT, whatever it is for. */
public final class JwtChecks {

    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private JwtChecks() {}

    /**
     * Checks type, expiry, issuer and audience.
     *
     * @param types the accepted values of {@code typ}; a JWT without {@code typ} is accepted too
     */
    public static List<OAuth2TokenValidator<Jwt>> of(String issuer, String audience, Clock clock, String... types) {
        JwtTypeValidator type = new JwtTypeValidator(types);
        type.setAllowEmpty(true);
        JwtTimestampValidator timestamps = new JwtTimestampValidator(CLOCK_SKEW);
        timestamps.setAllowEmptyExpiryClaim(false);
        timestamps.setClock(clock);
        return List.of(type, timestamps, new JwtIssuerValidator(issuer), new JwtAudienceValidator(audience));
    }
}
