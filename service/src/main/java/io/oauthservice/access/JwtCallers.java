package io.oauthservice.access;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jwt.SignedJWT;
import io.netty.handler.ssl.SslContext;
import io.oauthservice.core.Secret;
import io.oauthservice.issuer.IssuerHttp;
import io.oauthservice.issuer.IssuerKeys;
import io.oauthservice.issuer.IssuerMetadata;
import io.oauthservice.outbound.OutboundHttp;
import io.oauthservice.startup.SettingException;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Authenticates callers by JWTs of configured issuers. A validated JWT is cached for a while. A JWT of an unknown
 * issuer, or with an algorithm that its issuer does not use, is rejected before any key is fetched.
 */
@Component
class JwtCallers {

    private static final Logger log = LoggerFactory.getLogger(JwtCallers.class);

    private final Map<String, JwtIssuer> issuers = new HashMap<>();
    private final ValidatedJwts validated = new ValidatedJwts(Ticker.systemTicker());
    private final Clock clock;

    JwtCallers(
            AccessProperties properties,
            CallerCeilings ceilings,
            RateLimits limits,
            WebClient.Builder http,
            Clock clock) {
        this.clock = clock;
        properties.issuers().forEach((name, settings) -> {
            JwtIssuer issuer = new JwtIssuer(name, settings, ceilings, limits, keys(name, settings, http), clock);
            if (issuers.put(settings.issuer(), issuer) != null) {
                throw new SettingException(
                        "oauth.access.issuers." + name + ".issuer", "is also the issuer of another entry");
            }
        });
    }

    private static IssuerKeys keys(String name, IssuerProperties settings, WebClient.Builder builder) {
        Path certificates = settings.certificatePath();
        SslContext trust = certificates == null
                ? null
                : OutboundHttp.trusting("oauth.access.issuers." + name + ".certificate-path", certificates);
        IssuerHttp http = new IssuerHttp(name, builder, trust, settings.tokenPath());
        URI address = settings.jwkSetUri();
        return new IssuerKeys(
                name,
                address == null ? new IssuerMetadata(settings.issuer(), http).address("jwks_uri") : Mono.just(address),
                http);
    }

    /** The caller of a JWT that was validated recently; null where there is none. */
    @Nullable
    Caller findValidated(String hash) {
        return validated.find(hash);
    }

    /**
     * Validates a credential. Empty where it is not a valid JWT; fails with a 503 problem where keys are unavailable.
     */
    Mono<Caller> validate(String credential) {
        SignedJWT jwt = parse(credential);
        JwtIssuer issuer = jwt == null ? null : issuers.get(issuerOf(jwt));
        if (jwt == null || issuer == null || !issuer.accepts(jwt)) {
            return Mono.empty();
        }
        return issuer.validate(credential)
                .map(valid -> cache(credential, valid, issuer.caller(valid)))
                .onErrorResume(JwtException.class, JwtCallers::logRejection)
                .onErrorMap(error -> !(error instanceof ProblemException), JwtCallers::unavailable);
    }

    private Caller cache(String credential, Jwt valid, Caller caller) {
        Instant end = Objects.requireNonNull(valid.getExpiresAt(), "The validator requires exp");
        validated.put(Secret.of(credential).sha256(), caller, Duration.between(clock.instant(), end));
        return caller;
    }

    /** The reason is for operators; the caller does not learn it. */
    private static Mono<Caller> logRejection(JwtException reason) {
        log.debug("JWT rejected: reason={}", reason.getMessage());
        return Mono.empty();
    }

    private static ProblemException unavailable(Throwable cause) {
        return new ProblemException(
                        ProblemType.ISSUER_UNAVAILABLE,
                        "The keys of the token's issuer are unavailable at the moment. Try again later",
                        cause)
                .retryAfter(IssuerKeys.FETCH_INTERVAL);
    }

    private @Nullable SignedJWT parse(String credential) {
        // An API key is not a JWT, and without issuers no JWT is accepted.
        if (issuers.isEmpty() || !credential.startsWith("ey")) {
            return null;
        }
        try {
            return SignedJWT.parse(credential);
        } catch (ParseException e) {
            return null;
        }
    }

    private static @Nullable String issuerOf(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet().getIssuer();
        } catch (ParseException e) {
            return null;
        }
    }
}
