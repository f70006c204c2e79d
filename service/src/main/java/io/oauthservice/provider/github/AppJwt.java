package io.oauthservice.provider.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Retryable;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The JWT that authenticates the app (RS256, docs/providers.md 1.5), by a clock that is corrected to GitHub's. */
final class AppJwt {

    private static final Duration BACKDATED = Duration.ofSeconds(60);
    private static final Duration LIFETIME = Duration.ofMinutes(9);
    private static final Duration REUSED_FOR = Duration.ofMinutes(1);

    private final String issuer;
    private final Signature signature;
    private final Clock clock;
    private volatile Duration skew = Duration.ZERO;
    private volatile @Nullable SignedJwt latest;

    AppJwt(String issuer, Signature signature, Clock clock) {
        this.issuer = issuer;
        this.signature = signature;
        this.clock = clock;
    }

    /** A JWT that is valid for minutes; a new one is signed once a minute. */
    Mono<Secret> current() {
        return Mono.defer(() -> {
            SignedJwt jwt = latest;
            return jwt != null
                            && Duration.between(jwt.at(), clock.instant()).abs().compareTo(REUSED_FOR) <= 0
                    ? Mono.just(jwt.value())
                    : sign();
        });
    }

    /** Uses GitHub's time from now on. */
    void correctClock(Instant gitHubsNow) {
        skew = Duration.between(clock.instant(), gitHubsNow);
        latest = null;
    }

    private Mono<Secret> sign() {
        Instant now = clock.instant();
        Instant issuedAt = now.plus(skew).minus(BACKDATED);
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .issueTime(Date.from(issuedAt))
                .expirationTime(Date.from(issuedAt.plus(LIFETIME)))
                .build();
        String input = new JWSHeader(JWSAlgorithm.RS256).toBase64URL() + "." + Base64URL.encode(claims.toString());
        return signature
                .of(input)
                .onErrorMap(error -> !(error instanceof ProviderException), AppJwt::signingFailure)
                .map(signed -> Secret.of(input + "." + signed))
                .doOnNext(jwt -> latest = new SignedJwt(jwt, now));
    }

    private static Retryable signingFailure(Throwable cause) {
        return Retryable.notSent("unsigned", "The App JWT cannot be signed: " + cause.getMessage(), cause);
    }

    private record SignedJwt(Secret value, Instant at) {}

    /** A signature with the app's private key. */
    interface Signature {

        /** The RS256 signature of this text, base64url-encoded. */
        Mono<String> of(String input);

        static Signature by(PrivateKey key) {
            RSASSASigner signer = new RSASSASigner(key);
            return input -> Mono.fromCallable(() -> sign(signer, input));
        }

        private static String sign(RSASSASigner signer, String input) throws JOSEException {
            return signer.sign(new JWSHeader(JWSAlgorithm.RS256), input.getBytes(StandardCharsets.US_ASCII))
                    .toString();
        }
    }
}
