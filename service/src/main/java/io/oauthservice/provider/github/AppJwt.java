package io.oauthservice.provider.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.provider.Secret;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** The JWT by which the app proves itself (RS256), corrected for a difference between our clock and GitHub's. */
final class AppJwt {

    private static final Duration BACKDATED = Duration.ofSeconds(60);
    private static final Duration LIFE = Duration.ofMinutes(9);
    private static final Duration REUSED = Duration.ofMinutes(1);

    private final String issuer;
    private final RSASSASigner signer;
    private final Clock clock;
    private volatile Duration skew = Duration.ZERO;
    private volatile Signed latest;

    AppJwt(String issuer, PrivateKey key, Clock clock) {
        this.issuer = issuer;
        this.signer = new RSASSASigner(key);
        this.clock = clock;
        this.latest = sign();
    }

    /** A JWT that is good for minutes; signed anew once a minute. */
    Secret current() {
        Signed jwt = latest;
        if (Duration.between(jwt.at(), clock.instant()).abs().compareTo(REUSED) > 0) {
            jwt = sign();
            latest = jwt;
        }
        return jwt.value();
    }

    /** Counts from GitHub's time from now on. */
    void setClockTo(Instant gitHubsNow) {
        skew = Duration.between(clock.instant(), gitHubsNow);
        latest = sign();
    }

    private Signed sign() {
        Instant now = clock.instant();
        Instant issuedAt = now.plus(skew).minus(BACKDATED);
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .issueTime(Date.from(issuedAt))
                .expirationTime(Date.from(issuedAt.plus(LIFE)))
                .build();
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("the App JWT cannot be signed", e);
        }
        return new Signed(Secret.of(jwt.serialize()), now);
    }

    private record Signed(Secret value, Instant at) {}
}
