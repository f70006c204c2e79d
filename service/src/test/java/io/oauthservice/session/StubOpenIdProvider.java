package io.oauthservice.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.oauthservice.access.StubIssuer;
import io.oauthservice.core.Pkce;
import io.oauthservice.core.Secret;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Page;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A simulated OpenID provider: one client, one person, a page of consent. It is strict: state, nonce and PKCE are
 * required, a code is redeemed once, and the client authenticates by HTTP Basic. What it returns can be changed.
 */
public final class StubOpenIdProvider implements AutoCloseable {

    public static final String CLIENT_ID = "page of oauth-service";
    public static final String CLIENT_SECRET = "client secret: 100% +random/0123456789";

    private final LocalHttpServer server = bound();
    private final Map<String, Params> requests = new ConcurrentHashMap<>();
    private final Map<String, Params> codes = new ConcurrentHashMap<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final JWK key = StubIssuer.rsa();

    private volatile String callback = "";
    private volatile String namedAs = url();
    private volatile String answersAs = url();
    private volatile String authorizationAddress = url() + "/authorize?tenant=1";
    private volatile UnaryOperator<JWTClaimsSet.Builder> claims = claims -> claims;
    private volatile Function<JWTClaimsSet, String> signature = this::signed;
    private volatile @Nullable Outcome tokenReply;

    public StubOpenIdProvider() {
        server.serve(this::answer);
    }

    private static LocalHttpServer bound() {
        try {
            return LocalHttpServer.bind(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return server.baseUrl().toString();
    }

    /** Behaves as it should, for the service at this address. */
    public void reset(String base) {
        callback = base + "/ui/sign-in/callback";
        namedAs = url();
        answersAs = url();
        claims = claims -> claims;
        signature = this::signed;
        tokenReply = null;
    }

    /** Changes the claims of ID tokens. */
    public void change(UnaryOperator<JWTClaimsSet.Builder> change) {
        claims = change;
    }

    /** Gives the person these roles. */
    public void grant(String... roles) {
        change(claims -> claims.claim("access", Map.of("roles", List.of(roles))));
    }

    void signBy(Function<JWTClaimsSet, String> other) {
        signature = other;
    }

    /** The reply of the token endpoint. */
    void replyWith(Outcome reply) {
        tokenReply = reply;
    }

    /** The issuer in its metadata. */
    void callItself(String issuer) {
        namedAs = issuer;
    }

    /** The address of its sign-in page in its metadata. */
    void signInAt(String address) {
        authorizationAddress = address;
    }

    /** How many times its metadata were fetched. */
    int fetches() {
        return fetches.get();
    }

    /** The issuer in responses to the browser. */
    void answerAs(String issuer) {
        answersAs = issuer;
    }

    JWK key() {
        return key;
    }

    /** All codes, code verifiers and tokens so far. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    private Outcome answer(Request request) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "GET /.well-known/openid-configuration" -> metadata();
                case "GET /keys" -> Reply.json(200, new JWKSet(key).toString());
                case "GET /authorize" -> authorize(request.query());
                case "POST /authorize" -> decide(request.form());
                case "POST /token" -> token(request);
                default -> Reply.text(404, "");
            };
        } catch (RejectionException rejection) {
            return rejection.reply();
        }
    }

    private Reply metadata() {
        fetches.incrementAndGet();
        return Reply.json(200, """
                {"issuer":"%s","authorization_endpoint":"%s","token_endpoint":"%s","jwks_uri":"%s"}""".formatted(namedAs, authorizationAddress, url() + "/token", url() + "/keys"));
    }

    private Reply authorize(Params query) {
        require("tenant", "1".equals(query.get("tenant")));
        require("response_type", "code".equals(query.get("response_type")));
        require("client_id", CLIENT_ID.equals(query.get("client_id")));
        require("redirect_uri", callback.equals(query.get("redirect_uri")));
        require("scope", List.of(text(query, "scope").split(" ")).contains("openid"));
        require("state", text(query, "state").length() >= 40);
        require("nonce", text(query, "nonce").length() >= 40);
        require("code_challenge", text(query, "code_challenge").matches("[\\w-]{43}"));
        require("code_challenge_method", "S256".equals(query.get("code_challenge_method")));
        String id = UUID.randomUUID().toString();
        requests.put(id, query);
        return new Page("OpenID", "Sign in")
                .form("/authorize")
                .hiddenField("request", id)
                .button("decision", "approve", "Continue")
                .button("decision", "deny", "Cancel")
                .reply(200);
    }

    private Reply decide(Params form) {
        Params request = Objects.requireNonNull(requests.remove(text(form, "request")));
        Params answer = new Params().and("state", request.get("state")).and("iss", answersAs);
        if (text(form, "decision").equals("approve")) {
            String code = "code-" + UUID.randomUUID();
            secrets.add(code);
            codes.put(code, request);
            answer.and("code", code);
        } else {
            answer.and("error", "access_denied").and("error_description", "<b>Not today</b>");
        }
        return Reply.redirect(URI.create(callback), answer);
    }

    private Outcome token(Request request) {
        Request.Basic client = request.basic();
        Params form = request.form();
        Params decoded = Params.parse(client == null ? "" : "id=" + client.user() + "&secret=" + client.password());
        if (!CLIENT_ID.equals(decoded.get("id")) || !CLIENT_SECRET.equals(decoded.get("secret"))) {
            return Reply.json(401, "{\"error\":\"invalid_client\"}");
        }
        require("grant_type", "authorization_code".equals(form.get("grant_type")));
        Params authorized = codes.remove(text(form, "code"));
        Outcome changed = tokenReply;
        if (changed != null) {
            return changed;
        }
        if (authorized == null
                || !callback.equals(form.get("redirect_uri"))
                || !Pkce.challenge(Secret.of(text(form, "code_verifier"))).equals(authorized.get("code_challenge"))) {
            return Reply.json(400, "{\"error\":\"invalid_grant\"}");
        }
        String idToken =
                signature.apply(claims.apply(claims(authorized.get("nonce"))).build());
        String accessToken = Secret.random().value();
        secrets.addAll(List.of(text(form, "code_verifier"), idToken, accessToken));
        return Reply.json(200, """
                {"access_token":"%s","token_type":"Bearer","expires_in":300,"id_token":"%s"}""".formatted(accessToken, idToken));
    }

    private JWTClaimsSet.Builder claims(@Nullable String nonce) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(CLIENT_ID)
                .subject("248289761001")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", nonce)
                .claim("name", "Jane Doe");
    }

    private String signed(JWTClaimsSet content) {
        return sign(content, key, JWSAlgorithm.RS256);
    }

    String sign(JWTClaimsSet content, JWK with, JWSAlgorithm algorithm) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), content);
            jwt.sign(new DefaultJWSSignerFactory().createJWSSigner(with, algorithm));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Params params, String name) {
        return Objects.requireNonNullElse(params.get(name), "");
    }

    private static void require(String parameter, boolean holds) {
        if (!holds) {
            throw new RejectionException(
                    Reply.json(400, "{\"error\":\"invalid_request\"}").violating(parameter));
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
