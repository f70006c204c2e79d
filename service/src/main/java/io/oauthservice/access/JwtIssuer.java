package io.oauthservice.access;

import static org.springframework.security.oauth2.jwt.JwtClaimNames.SUB;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.access.IssuerProperties.Subject;
import io.oauthservice.issuer.IssuerKeys;
import io.oauthservice.issuer.JwtChecks;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Validates the JWTs of one issuer and maps their claims to a {@link Caller}. */
final class JwtIssuer {

    /** In characters: the size of the columns that store callers. */
    private static final int MAX_CALLER_LENGTH = 255;

    private final String name;
    private final IssuerProperties properties;
    private final CallerCeilings ceilings;
    private final RateLimits limits;
    private final Set<JWSAlgorithm> algorithms;
    private final Map<String, Subject> subjects;
    private final NimbusReactiveJwtDecoder decoder;

    /** @param name the issuer's name in settings and logs */
    JwtIssuer(
            String name,
            IssuerProperties properties,
            CallerCeilings ceilings,
            RateLimits limits,
            IssuerKeys keys,
            Clock clock) {
        this.name = name;
        this.ceilings = ceilings;
        this.limits = limits;
        this.properties = properties;
        this.algorithms = properties.algorithms().stream()
                .map(algorithm -> JWSAlgorithm.parse(algorithm.getName()))
                .collect(Collectors.toUnmodifiableSet());
        this.subjects = properties.subjects().stream().collect(Collectors.toMap(Subject::subject, Function.identity()));
        this.decoder = keys.decoder(algorithms, validator(properties, clock));
        properties
                .subjects()
                .forEach(subject -> AccessProperties.warnOfUnknown(
                        "oauth.access.issuers." + name + ".subjects", subject.permissions()));
    }

    private OAuth2TokenValidator<Jwt> validator(IssuerProperties properties, Clock clock) {
        // Other types, such as a logout token, do not authenticate a call.
        return new DelegatingOAuth2TokenValidator<>(
                new DelegatingOAuth2TokenValidator<>(JwtChecks.of(
                        properties.issuer(), properties.audience(), clock, "JWT", "at+jwt", "application/at+jwt")),
                new JwtClaimValidator<String>(SUB, this::isSubject));
    }

    /** Whether the subject can be stored as part of a caller's name. */
    private boolean isSubject(@Nullable String subject) {
        return subject != null
                && !subject.isBlank()
                && name.length() + 1 + subject.length() <= MAX_CALLER_LENGTH
                && subject.chars().noneMatch(Character::isISOControl);
    }

    /** Whether the issuer uses the signature's algorithm. Needs no key. */
    boolean accepts(SignedJWT jwt) {
        return algorithms.contains(jwt.getHeader().getAlgorithm());
    }

    /**
     * Validates signature and claims.
     *
     * <p>Fails with {@link org.springframework.security.oauth2.jwt.JwtException} where the token is not valid, and with
     * {@link IllegalStateException} where the issuer's keys are unavailable.
     */
    Mono<Jwt> validate(String token) {
        return Mono.defer(() -> decoder.decode(token));
    }

    Caller caller(Jwt jwt) {
        String sub = Objects.requireNonNull(jwt.getSubject(), "The validator requires sub");
        Subject subject = subjects.get(sub);
        String caller = name + "/" + sub;
        return new Caller(
                caller,
                subject == null ? permissions(jwt) : Set.copyOf(AccessProperties.known(subject.permissions())),
                subject == null || subject.organisations().isEmpty()
                        ? organisations(jwt)
                        : Set.copyOf(subject.organisations()),
                properties.allowSharedGrants() || (subject != null && subject.allowSharedGrants()),
                false,
                ceilings.ofJwt(name, sub),
                limits.of(name, caller, properties.requestsPerSecond()));
    }

    /** Only settings may grant every permission ({@code *}), not claims. */
    private Set<String> permissions(Jwt jwt) {
        Object claim = jwt.getClaim(properties.permissionsClaim());
        Stream<String> values = claim instanceof String text ? Arrays.stream(text.split(" ", -1)) : values(claim);
        return values.filter(AccessProperties::isKnown)
                .filter(permission -> !permission.equals("*"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Null: all. */
    private @Nullable Set<String> organisations(Jwt jwt) {
        if (properties.seesAllOrganisations()) {
            return null;
        }
        String claim = properties.organisationsClaim();
        return claim == null
                ? Set.copyOf(properties.organisations())
                : values(jwt.getClaim(claim)).collect(Collectors.toUnmodifiableSet());
    }

    /** The value or values of a claim; numbers as text. */
    private static Stream<String> values(@Nullable Object claim) {
        Collection<?> values = claim instanceof Collection<?> list ? list : claim == null ? List.of() : List.of(claim);
        return values.stream()
                .filter(value -> value instanceof String || value instanceof Number)
                .map(Object::toString);
    }
}
