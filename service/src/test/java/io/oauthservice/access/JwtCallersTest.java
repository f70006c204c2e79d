package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.access.IssuerProperties.Subject;
import io.oauthservice.provider.CeilingSource;
import io.oauthservice.web.ProblemException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.web.reactive.function.client.WebClient;

/** Which JWTs are accepted, and the permissions of their callers. */
class JwtCallersTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final StubIssuer issuer = new StubIssuer();
    private final JwtCallers callers = callers(settings().build());

    /** On a busy machine, the first request of a new JVM may exceed the time limit for an issuer. */
    @BeforeAll
    static void warmUpHttpClient() {
        try (StubIssuer first = new StubIssuer()) {
            WebClient client = WebClient.create(first.keysUrl());
            assertThat(client.get().retrieve().bodyToMono(String.class).block(Duration.ofMinutes(1)))
                    .isNotEmpty();
        }
    }

    @AfterEach
    void stopTheIssuer() {
        issuer.close();
    }

    @Test
    void aValidTokenIsAccepted() {
        Caller caller = caller(callers, issuer.token("openid tokens:read:github installations:read"));

        assertThat(caller)
                .isEqualTo(SampleCallers.caller(
                        "idp/indexer", Set.of("tokens:read:github", "installations:read"), Set.of(), false));
    }

    @Test
    void aTokenSignedOnAnEllipticCurveIsAccepted() {
        issuer.rotatesTo(StubIssuer.ec());

        assertThat(caller(callers, issuer.token("tokens:read"))).isNotNull();
    }

    @Test
    void theKeysAreFoundByDiscoveryWithoutAnAddress() {
        JwtCallers discovering = callers(settings().jwkSetUri(null).build());

        assertThat(caller(discovering, issuer.token("tokens:read"))).isNotNull();
    }

    @Test
    void metadataOfAnotherIssuerAreRejected() {
        JwtCallers discovering = callers(settings().jwkSetUri(null).build());
        issuer.callsItself("https://elsewhere.example.com");

        assertUnavailable(discovering, issuer.token("tokens:read"));
    }

    @Test
    void tokensForOthersAreRejected() {
        assertRejected(claims -> claims.audience("another-service"));
        assertRejected(claims -> claims.audience(List.of()));
        assertRejected(claims -> claims.issuer("https://elsewhere.example.com"));
        assertRejected(claims -> claims.issuer(null));
        assertThat(caller(callers, issuer.token(claims -> claims.audience(List.of("x", StubIssuer.AUDIENCE)))))
                .isNotNull();
    }

    @Test
    void expiredAndFutureTokensAreRejected() {
        Instant now = Instant.now();

        assertRejected(claims -> claims.expirationTime(Date.from(now.minusSeconds(120))));
        assertRejected(claims -> claims.expirationTime(null));
        assertRejected(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120))));
    }

    @Test
    void aTokenNeedsASubject() {
        assertRejected(claims -> claims.subject(null));
        assertRejected(claims -> claims.subject(""));
        assertRejected(claims -> claims.subject("a\u0000b"));
        assertRejected(claims -> claims.subject("s".repeat(256)));
    }

    @Test
    void otherTypesOfTokensAreRejected() {
        assertThat(caller(callers, issuer.sign(issuer.key(), issuer.header("at+jwt"), claims -> claims)))
                .isNotNull();
        assertThat(caller(callers, issuer.sign(issuer.key(), issuer.header("logout+jwt"), claims -> claims)))
                .isNull();
    }

    @Test
    void unsignedTokensAreRejected() {
        String unsigned = new PlainJWT(issuer.claims().build()).serialize();
        String signed = issuer.token("tokens:read");
        String cut = signed.substring(0, signed.lastIndexOf('.') + 1);

        assertThat(caller(callers, unsigned)).isNull();
        assertThat(caller(callers, cut)).isNull();
    }

    @Test
    void aPublicKeyIsNotAcceptedAsASharedSecret() throws Exception {
        byte[] publicKey = issuer.key().toRSAKey().toRSAPublicKey().getEncoded();
        byte[] pem = issuer.key().toPublicJWK().toString().getBytes(StandardCharsets.UTF_8);

        for (byte[] secret : List.of(publicKey, pem)) {
            JWK shared = new OctetSequenceKey.Builder(secret).build();
            assertThat(caller(callers, issuer.sign(shared, JWSAlgorithm.HS256, claims -> claims)))
                    .isNull();
        }
        assertThat(issuer.fetches()).as("rejected before any key is looked for").isZero();
    }

    @Test
    void anUnlistedAlgorithmIsRejected() {
        assertThat(caller(callers, issuer.sign(issuer.key(), JWSAlgorithm.PS256, claims -> claims)))
                .isNull();
        assertThat(issuer.fetches()).isZero();
    }

    @Test
    void anotherKeyWithAKnownIdIsRejected() {
        assertThat(caller(callers, issuer.sign(StubIssuer.rsa(), JWSAlgorithm.RS256, claims -> claims)))
                .isNull();
    }

    @Test
    void malformedTokensAreRejected() {
        for (String nonsense : List.of("", "a", "a.b.c", "eyJ.eyJ.x", "e30.e30.e30", "local-dev-key")) {
            assertThat(caller(callers, nonsense)).as(nonsense).isNull();
        }
    }

    @Test
    void unknownKeysCauseOneFetch() {
        caller(callers, issuer.token("tokens:read"));

        for (int i = 0; i < 20; i++) {
            JWK foreign = StubIssuer.ec();
            assertThat(caller(callers, issuer.sign(foreign, header(foreign), claims -> claims)))
                    .isNull();
        }

        assertThat(issuer.fetches()).isEqualTo(1);
    }

    private static JWSHeader.Builder header(JWK key) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID());
    }

    @Test
    void aNewKeyIsFetchedAndAWithdrawnKeyIsRejected() {
        String former = issuer.token(claims -> claims.claim("scope", "tokens:read"));
        caller(callers, former);

        issuer.rotatesTo(StubIssuer.rsa());

        Awaitility.await().atMost(SOON).until(() -> caller(callers, issuer.token("tokens:read")) != null);
        assertThat(caller(callers, former)).isNull();
    }

    @Test
    void cachedKeysAreUsedWhileTheIssuerIsUnavailable() {
        caller(callers, issuer.token("tokens:read"));

        issuer.close();

        assertThat(caller(callers, issuer.token("tokens:read"))).isNotNull();
    }

    @Test
    void aCallerGetsARetryAfterWhileKeysAreUnavailable() {
        issuer.answersWith(500);

        assertUnavailable(callers, issuer.token("tokens:read"));
    }

    @Test
    void claimsLimitACallerToItsOrganisations() {
        JwtCallers limited = callers(settings().organisationsClaim("orgs").build());

        assertThat(organisations(limited, List.of("9001", "9002"))).containsExactlyInAnyOrder("9001", "9002");
        assertThat(organisations(limited, "9001")).containsExactly("9001");
        assertThat(organisations(limited, 9001)).containsExactly("9001");
        assertThat(organisations(limited, null)).isEmpty();
        assertThat(organisations(limited, Map.of("9001", true))).isEmpty();
    }

    @Test
    void onlySettingsGrantAllOrganisations() {
        JwtCallers all = callers(settings().organisations("all").build());
        JwtCallers some = callers(settings().organisations("9001").build());
        JwtCallers claimed = callers(settings().organisationsClaim("orgs").build());

        assertThat(organisations(all, null)).isNull();
        assertThat(organisations(some, "9002")).containsExactly("9001");
        assertThat(organisations(claimed, "all")).containsExactly("all");
    }

    @Test
    void aClaimCannotGrantEveryPermission() {
        assertThat(permissions("*")).isEmpty();
        assertThat(permissions(List.of("tokens:read", "*", 7))).containsExactly("tokens:read");
        assertThat(permissions(null)).isEmpty();
    }

    @Test
    void aSubjectsPermissionsReplaceThoseOfTheClaims() {
        Subject indexer =
                new Subject("system:serviceaccount:ci:indexer", List.of("tokens:read:github"), List.of("9001"), true);
        Subject bot = new Subject("system:serviceaccount:ci:bot", List.of("*"), List.of(), false);
        JwtCallers cluster =
                callers(settings().subjects(indexer, bot).organisations("9002").build());

        assertThat(ofSubject(cluster, "system:serviceaccount:ci:indexer"))
                .isEqualTo(SampleCallers.caller(
                        "idp/system:serviceaccount:ci:indexer", Set.of("tokens:read:github"), Set.of("9001"), true));
        assertThat(ofSubject(cluster, "system:serviceaccount:ci:bot"))
                .isEqualTo(
                        SampleCallers.caller("idp/system:serviceaccount:ci:bot", Set.of("*"), Set.of("9002"), false));
        assertThat(ofSubject(cluster, "system:serviceaccount:ci:other"))
                .isEqualTo(SampleCallers.caller("idp/system:serviceaccount:ci:other", Set.of(), Set.of("9002"), false));
    }

    private @Nullable Caller ofSubject(JwtCallers from, String subject) {
        return caller(from, issuer.token(claims -> claims.subject(subject)));
    }

    private @Nullable Set<String> organisations(JwtCallers from, @Nullable Object claim) {
        return Objects.requireNonNull(caller(from, issuer.token(claims -> claims.claim("orgs", claim))))
                .organisations();
    }

    private Set<String> permissions(@Nullable Object claim) {
        return Objects.requireNonNull(caller(callers, issuer.token(claims -> claims.claim("scope", claim))))
                .permissions();
    }

    @Test
    void theJwtsOfOneSubjectShareALimit() {
        JwtCallers limited = callers(settings().requestsPerSecond(1).build());
        Caller first = Objects.requireNonNull(caller(limited, issuer.token("tokens:read")));
        Caller second = Objects.requireNonNull(caller(limited, issuer.token("installations:read")));
        Caller another = Objects.requireNonNull(caller(limited, issuer.token(claims -> claims.subject("another"))));

        assertThat(first.rateLimit()).isNotNull().isSameAs(second.rateLimit());
        assertThat(first.rateLimit()).isNotSameAs(another.rateLimit());
        assertThat(Objects.requireNonNull(caller(callers, issuer.token("tokens:read")))
                        .rateLimit())
                .isNull();
    }

    private void assertRejected(UnaryOperator<JWTClaimsSet.Builder> change) {
        assertThat(caller(callers, issuer.token(change))).isNull();
    }

    private static void assertUnavailable(JwtCallers from, String token) {
        assertThatThrownBy(() -> caller(from, token)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.getStatusCode().value()).isEqualTo(503);
            assertThat(problem.getHeaders().getFirst("Retry-After")).isNotNull();
        });
    }

    private static @Nullable Caller caller(JwtCallers from, String token) {
        return from.validate(token).block(SOON);
    }

    private static JwtCallers callers(IssuerProperties settings) {
        AccessProperties properties = new AccessProperties(Map.of(), Map.of("idp", settings), null, List.of());
        CallerCeilings ceilings =
                new CallerCeilings(new StaticListableBeanFactory().getBeanProvider(CeilingSource.class));
        return new JwtCallers(
                properties,
                ceilings,
                new RateLimits(new SimpleMeterRegistry()),
                WebClient.builder(),
                Clock.systemUTC());
    }

    private Settings settings() {
        return new Settings(issuer.url(), URI.create(issuer.keysUrl()), null, List.of(), List.of(), null);
    }

    /** The issuer's settings. */
    private record Settings(
            String issuer,
            @Nullable URI jwkSetUri,
            @Nullable String organisationsClaim,
            List<String> organisations,
            List<Subject> subjects,
            @Nullable Integer requestsPerSecond) {

        Settings jwkSetUri(@Nullable URI uri) {
            return new Settings(issuer, uri, organisationsClaim, organisations, subjects, requestsPerSecond);
        }

        Settings organisationsClaim(String claim) {
            return new Settings(issuer, jwkSetUri, claim, organisations, subjects, requestsPerSecond);
        }

        Settings organisations(String... ids) {
            return new Settings(issuer, jwkSetUri, organisationsClaim, List.of(ids), subjects, requestsPerSecond);
        }

        Settings subjects(Subject... mapped) {
            return new Settings(
                    issuer, jwkSetUri, organisationsClaim, organisations, List.of(mapped), requestsPerSecond);
        }

        Settings requestsPerSecond(int rate) {
            return new Settings(issuer, jwkSetUri, organisationsClaim, organisations, subjects, rate);
        }

        IssuerProperties build() {
            return new IssuerProperties(
                    issuer,
                    StubIssuer.AUDIENCE,
                    jwkSetUri,
                    Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256),
                    "scope",
                    organisationsClaim,
                    organisations,
                    false,
                    subjects,
                    null,
                    null,
                    requestsPerSecond);
        }
    }
}
