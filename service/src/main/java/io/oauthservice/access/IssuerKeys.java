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
 * An issuer's public keys. They are fetched when first needed and every few minutes, so that a key that was withdrawn
 * stops counting; at once for a key that is not known yet, but not again before a pause is over, whoever sends what.
 * While the issuer is away, the keys that are held go on counting for an hour.
 */
final class IssuerKeys {

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration KEPT_FOR = Duration.ofHours(1);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

    private final IssuerProperties properties;
    private final IssuerHttp http;

    /** One fetch for all who wait; its outcome is everybody's until the pause is over. */
    private final Mono<Held> fetched;

    private volatile @Nullable Held held;

    /** @param pause between one fetch and the next */
    IssuerKeys(String name, IssuerProperties properties, IssuerHttp http, Duration pause) {
        this.properties = properties;
        this.http = http;
        this.fetched = Mono.defer(this::fetch)
                .timeout(TIME_LIMIT)
                .doOnNext(keys -> held = keys)
                .doOnError(failure -> log.warn("The keys of issuer {} cannot be had: {}", name, failure.toString()))
                .cache(keys -> pause, failure -> pause, () -> pause);
    }

    /** The issuer's keys, the token's among them where it is a key of theirs. A failure is no verdict on the token. */
    Flux<JWK> of(SignedJWT jwt) {
        String id = jwt.getHeader().getKeyID();
        Held now = held;
        if (now == null || !now.has(id)) {
            return fetched.flatMapIterable(Held::keys);
        }
        return now.isYoungerThan(FRESH_FOR)
                ? Flux.fromIterable(now.keys())
                : fetched.onErrorReturn(away -> now.isYoungerThan(KEPT_FOR), now)
                        .flatMapIterable(Held::keys);
    }

    private Mono<Held> fetch() {
        URI known = properties.jwkSetUri();
        return (known == null ? http.get(properties.discovery()).map(this::keySetIn) : Mono.just(known))
                .flatMap(http::get)
                .map(Held::of);
    }

    private URI keySetIn(String metadata) {
        try {
            var fields = JSONObjectUtils.parse(metadata);
            if (!properties.issuer().equals(fields.get("issuer"))) {
                throw new IllegalStateException("the metadata belong to another issuer");
            }
            URI uri = URI.create(String.valueOf(fields.get("jwks_uri")));
            if (!IssuerProperties.isSafe(uri)) {
                throw new IllegalStateException("the jwks_uri of the metadata does not begin with https://");
            }
            return uri;
        } catch (ParseException e) {
            throw new IllegalStateException("the metadata are no JSON object", e);
        }
    }

    private record Held(List<JWK> keys, long since) {

        static Held of(String json) {
            try {
                return new Held(JWKSet.parse(json).toPublicJWKSet().getKeys(), System.nanoTime());
            } catch (ParseException e) {
                throw new IllegalStateException("what was found there is no key set", e);
            }
        }

        /** @param id null: the token names none, and any may be it */
        boolean has(@Nullable String id) {
            return id == null || keys.stream().anyMatch(key -> id.equals(key.getKeyID()));
        }

        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - since < age.toNanos();
        }
    }
}
