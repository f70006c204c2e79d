package io.oauthservice.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An issuer's public keys. They are fetched at first use and again after five minutes, so that a withdrawn key stops
 * being accepted. An unknown key id causes a fetch too, but never two within the fetch interval. While the issuer is
 * unavailable, the cached keys are used for an hour. See decision 0023.
 */
final class IssuerKeys {

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration USABLE_FOR = Duration.ofHours(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    private final IssuerProperties properties;
    private final IssuerHttp http;

    /** One fetch for all concurrent callers. Its result or failure is cached for the fetch interval. */
    private final Mono<KeySet> fetch;

    private volatile @Nullable KeySet cached;

    /** @param fetchInterval the shortest time between two fetches */
    IssuerKeys(String name, IssuerProperties properties, IssuerHttp http, Duration fetchInterval) {
        this.properties = properties;
        this.http = http;
        this.fetch = Mono.defer(this::load)
                .timeout(TIME_LIMIT)
                .doOnNext(keys -> cached = keys)
                .doOnError(failure ->
                        log.warn("Fetch of an issuer's keys failed: issuer={} error={}", name, failure.toString()))
                .cache(keys -> fetchInterval, failure -> fetchInterval, () -> fetchInterval);
    }

    /**
     * The issuer's keys, which include the token's key unless the issuer does not know it. Fails where the keys are
     * unavailable: whether the token is valid is then unknown.
     */
    Flux<JWK> of(SignedJWT jwt) {
        KeySet keys = cached;
        if (keys == null || !keys.contains(jwt.getHeader().getKeyID())) {
            return fetch.flatMapIterable(KeySet::keys);
        }
        return keys.isYoungerThan(FRESH_FOR)
                ? Flux.fromIterable(keys.keys())
                : fetch.onErrorReturn(unavailable -> keys.isYoungerThan(USABLE_FOR), keys)
                        .flatMapIterable(KeySet::keys);
    }

    private Mono<KeySet> load() {
        URI uri = properties.jwkSetUri();
        return (uri == null ? http.get(properties.discovery()).map(this::jwkSetUri) : Mono.just(uri))
                .flatMap(http::get)
                .map(KeySet::parse);
    }

    private URI jwkSetUri(String metadata) {
        try {
            var fields = JSONObjectUtils.parse(metadata);
            if (!properties.issuer().equals(fields.get("issuer"))) {
                throw new IllegalStateException("The metadata name another issuer");
            }
            URI uri = URI.create(String.valueOf(fields.get("jwks_uri")));
            if (!IssuerProperties.isSafe(uri)) {
                throw new IllegalStateException("The jwks_uri of the metadata does not begin with https://");
            }
            return uri;
        } catch (ParseException e) {
            throw new IllegalStateException("The metadata are not a JSON object", e);
        }
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
