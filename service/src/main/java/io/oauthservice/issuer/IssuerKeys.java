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

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration USABLE_FOR = Duration.ofHours(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    /** One fetch for all concurrent callers. Its result or failure is cached for the fetch interval. */
    private final Mono<KeySet> fetch;

    private volatile @Nullable KeySet cached;

    /**
     * Fetches nothing yet.
     *
     * @param name the issuer's name in logs
     * @param address where the key set is
     * @param fetchInterval the shortest time between two fetches
     */
    public IssuerKeys(String name, Mono<URI> address, IssuerHttp http, Duration fetchInterval) {
        this.fetch = address.flatMap(http::get)
                .map(KeySet::parse)
                .timeout(TIME_LIMIT)
                .doOnNext(keys -> cached = keys)
                .doOnError(failure ->
                        log.warn("Fetch of an issuer's keys failed: issuer={} error={}", name, failure.toString()))
                .cache(keys -> fetchInterval, failure -> fetchInterval, () -> fetchInterval);
    }

    /**
     * Decodes JWTs that are signed with one of these keys. Fails with {@link JwtException} where a JWT is not valid, and with
     * {@link IllegalStateException} where the keys are unavailable.
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
        KeySet keys = cached;
        if (keys == null || !keys.contains(jwt.getHeader().getKeyID())) {
            return fetch.flatMapIterable(KeySet::keys);
        }
        return keys.isYoungerThan(FRESH_FOR)
                ? Flux.fromIterable(keys.keys())
                : fetch.onErrorReturn(unavailable -> keys.isYoungerThan(USABLE_FOR), keys)
                        .flatMapIterable(KeySet::keys);
    }

    private record KeySet(List<JWK> keys, long fetchedAt) {

        static KeySet parse(String json) {
            try {
                return new KeySet(JWKSet.parse(json).toPublicJWKSet().getKeys(), System.nanoTime());
            } catch (ParseException e) {
                throw new IllegalStateException("The response is not a JWK set", e);
            }
        }

        /** @param id null where the token names no key: any key may have signed it */
        boolean contains(@Nullable String id) {
            return id == null || keys.stream().anyMatch(key -> id.equals(key.getKeyID()));
        }

        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - fetchedAt < age.toNanos();
        }
    }
}
