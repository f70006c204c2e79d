package io.oauthservice.access;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.core.Secret;
import io.oauthservice.startup.SettingException;
import io.oauthservice.web.ProblemException;
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
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/**
 * Callers who prove themselves by a JWT of a configured issuer. A token is taken apart and its signature checked once;
 * then its bearer is remembered for a while. What names no issuer of ours, or an algorithm that its issuer does not sign
 * with, is refused before any key is looked for.
 */
@Component
class JwtCallers {

    private static final Logger log = LoggerFactory.getLogger(JwtCallers.class);
    private static final Duration PAUSE_BETWEEN_FETCHES = Duration.ofSeconds(5);

    private final Map<String, JwtIssuer> issuers = new HashMap<>();
    private final RememberedCallers remembered = new RememberedCallers(Ticker.systemTicker());
    private final Clock clock;

    JwtCallers(AccessProperties properties, WebClient.Builder http, Clock clock) {
        this.clock = clock;
        properties.issuers().forEach((name, settings) -> {
            IssuerKeys keys = new IssuerKeys(name, settings, new IssuerHttp(http, settings), PAUSE_BETWEEN_FETCHES);
            if (issuers.put(settings.issuer(), new JwtIssuer(name, settings, keys, clock)) != null) {
                throw new SettingException("oauth.access.issuers." + name + ".issuer", "is another issuer's too");
            }
        });
    }

    /** Who sent this credential, where it was found to be good lately. */
    @Nullable
    Caller remembered(String hash) {
        return remembered.find(hash);
    }

    /** Empty where it is no JWT that is good here; fails with a 503 problem where that cannot be told now. */
    Mono<Caller> validate(String credential) {
        SignedJWT jwt = parsed(credential);
        JwtIssuer issuer = jwt == null ? null : issuers.get(issuerOf(jwt));
        if (jwt == null || issuer == null || !issuer.takes(jwt)) {
            return Mono.empty();
        }
        return issuer.validate(credential)
                .map(good -> remember(credential, good, issuer.caller(good)))
                .onErrorResume(JwtException.class, JwtCallers::refused)
                .onErrorMap(error -> !(error instanceof ProblemException), JwtCallers::unavailable);
    }

    private Caller remember(String credential, Jwt good, Caller caller) {
        Instant end = Objects.requireNonNull(good.getExpiresAt(), "checked by the validator");
        remembered.keep(Secret.of(credential).sha256(), caller, Duration.between(clock.instant(), end));
        return caller;
    }

    /** The caller is not told why; who runs the service may have to know. */
    private static Mono<Caller> refused(JwtException why) {
        log.debug("A JWT was refused: {}", why.getMessage());
        return Mono.empty();
    }

    private static ProblemException unavailable(Throwable cause) {
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "issuer-unavailable",
                        "The keys of the token's issuer cannot be had at the moment; ask again",
                        cause)
                .retryAfter(PAUSE_BETWEEN_FETCHES);
    }

    private @Nullable SignedJWT parsed(String credential) {
        // An API key is none, and where no issuer is configured nothing is.
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
