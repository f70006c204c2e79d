package io.oauthservice.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An issuer's public keys. They are fetched at first use and again after five minutes, so that a withdrawn key stops
 * being accepted. An unknown key id causes a fetch too, but never two within the fetch interval. While the issuer is
 * unavailable, the cached keys are used for an hour. See decision 0023.
 */
public final class IssuerKeys {

    /** The shortest time between two fetches. */
    public static final Duration FETCH_INTERVAL = CachedFetch.INTERVAL;

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration USABLE_FOR = Duration.ofHours(1);

    private final CachedFetch<List<JWK>> keys;

    /**
     * Does not fetch the keys yet.
     *
     * @param name the issuer's name in logs
     * @param address where the key set is
     */
    public IssuerKeys(String name, Mono<URI> address, IssuerHttp http) {
        this.keys = new CachedFetch<>(
                address.flatMap(http::get).map(IssuerKeys::parse),
                failure -> log.warn("Fetch of an issuer's keys failed: issuer={} error={}", name, failure.toString()));
    }

    /**
     * Decodes JWTs that are signed with one of these keys. Fails with {@link JwtException} where a JWT is not valid,
     * and with {@link IllegalStateException} where the keys are unavailable.
     */
    public NimbusReactiveJwtDecoder decoder(Set<JWSAlgorithm> algorithms, OAuth2TokenValidator<Jwt> validator) {
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withJwkSource(this::of)
                .jwtProcessorCustomizer(processor -> processor.setJWSKeySelector(
                        new JWSVerificationKeySelector<>(algorithms, new JWKSecurityContextJWKSet())))
                .build();
        decoder.setJwtValidator(validator);
        return decoder;
    }

    /**
     * The issuer's keys, which include the token's key unless the issuer does not know it. Fails where the keys are
     * unavailable: whether the token is valid is then unknown.
     */
    private Flux<JWK> of(SignedJWT jwt) {
        List<JWK> usable = keys.findYoungerThan(USABLE_FOR);
        Mono<List<JWK>> wanted =
                usable == null || !contains(usable, jwt.getHeader().getKeyID())
                        ? keys.fetch()
                        : keys.fresh().onErrorReturn(usable);
        return wanted.flatMapIterable(found -> found);
    }

    /** @param id null where the token names no key: any key may have signed it */
    private static boolean contains(List<JWK> keys, @Nullable String id) {
        return id == null || keys.stream().anyMatch(key -> id.equals(key.getKeyID()));
    }

    private static List<JWK> parse(String json) {
        try {
            return JWKSet.parse(json).toPublicJWKSet().getKeys();
        } catch (ParseException e) {
            throw new IllegalStateException("The response is not a JWK set", e);
        }
    }
}
