package io.oauthservice.provider.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.core.Secret;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AppJwtTest {

    private static final Instant NOON = Instant.parse("2026-08-02T12:00:00Z");
    private static final PrivateKey KEY = newKey();

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final AppJwt jwt = new AppJwt("Iv23liExample", AppJwt.Signature.by(KEY), clock);

    @Test
    void itIsBackdatedAndExpiresWithinTenMinutes() throws ParseException {
        JWTClaimsSet claims = claims(current());

        assertThat(claims.getIssuer()).isEqualTo("Iv23liExample");
        assertThat(claims.getIssueTime()).isEqualTo(NOON.minusSeconds(60));
        assertThat(claims.getExpirationTime()).isBefore(NOON.plusSeconds(600)).isAfter(NOON.plusSeconds(60));
    }

    @Test
    void itIsReusedForAMinute() throws ParseException {
        Secret first = current();

        now.set(NOON.plusSeconds(59));
        Secret withinTheMinute = current();
        now.set(NOON.plusSeconds(61));
        Secret afterwards = current();

        assertThat(withinTheMinute).isEqualTo(first);
        assertThat(claims(afterwards).getIssueTime()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void aClockThatIsSetBackCausesANewOne() throws ParseException {
        now.set(NOON.minus(Duration.ofHours(1)));

        assertThat(claims(current()).getExpirationTime()).isBefore(NOON);
    }

    @Test
    void itUsesTheProvidersTimeAfterACorrection() throws ParseException {
        Instant gitHubsNow = NOON.minus(Duration.ofMinutes(30));

        jwt.correctClock(gitHubsNow);
        now.set(NOON.plusSeconds(120));

        assertThat(claims(current()).getIssueTime()).isEqualTo(gitHubsNow.plusSeconds(60));
    }

    private Secret current() {
        return jwt.current().blockOptional().orElseThrow();
    }

    private static JWTClaimsSet claims(Secret jwt) throws ParseException {
        return SignedJWT.parse(jwt.value()).getJWTClaimsSet();
    }

    private static PrivateKey newKey() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return rsa.generateKeyPair().getPrivate();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
