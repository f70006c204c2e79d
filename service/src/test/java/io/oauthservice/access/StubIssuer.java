package io.oauthservice.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A simulated issuer of JWTs with metadata, keys and tokens. */
public final class StubIssuer implements AutoCloseable {

    static final String AUDIENCE = "oauth-service";

    private final LocalHttpServer server = bound();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile int status = 200;
    private volatile String namedAs = url();
    private volatile JWK key = rsa();
    private volatile List<JWK> published = List.of(key);

    public StubIssuer() {
        server.serve(this::answer);
    }

    private static LocalHttpServer bound() {
        try {
            return LocalHttpServer.bind(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reply answer(Request request) {
        return switch (request.path()) {
            case "/.well-known/openid-configuration" -> Reply.json(status, """
                    {"issuer":"%s","jwks_uri":"%s"}""".formatted(namedAs, keysUrl()));
            case "/keys" -> {
                fetches.incrementAndGet();
                yield Reply.json(status, new JWKSet(published).toString());
            }
            default -> Reply.text(404, "");
        };
    }

    public String url() {
        return server.baseUrl().toString();
    }

    String keysUrl() {
        return url() + "/keys";
    }

    JWK key() {
        return key;
    }

    /** How many times its keys were fetched. */
    int fetches() {
        return fetches.get();
    }

    void answersWith(int newStatus) {
        status = newStatus;
    }

    /** Changes the issuer in the metadata. */
    void callsItself(String issuer) {
        namedAs = issuer;
    }

    /** Signs with another key, and withdraws the former keys. */
    void rotatesTo(JWK next) {
        published = List.of(next);
        key = next;
    }

    public static JWK rsa() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static JWK ec() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A valid token of the subject {@code indexer} with these permissions. */
    public String token(String scope) {
        return token(claims -> claims.claim("scope", scope));
    }

    /** A valid token with changed claims. */
    public String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(key, key.getKeyType().getValue().equals("EC") ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256, change);
    }

    String sign(JWK with, JWSAlgorithm algorithm, UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(with, new JWSHeader.Builder(algorithm).keyID(key.getKeyID()), change);
    }

    String sign(JWK with, JWSHeader.Builder header, UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            SignedJWT jwt = new SignedJWT(header.build(), change.apply(claims()).build());
            jwt.sign(new DefaultJWSSignerFactory()
                    .createJWSSigner(with, header.build().getAlgorithm()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    JWSHeader.Builder header(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).type(new JOSEObjectType(type));
    }

    JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(AUDIENCE)
                .subject("indexer")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    @Override
    public void close() {
        server.close();
    }
}
