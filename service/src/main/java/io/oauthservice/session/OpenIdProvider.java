package io.oauthservice.session;

import com.nimbusds.jose.JWSAlgorithm;
import io.oauthservice.core.Pkce;
import io.oauthservice.core.Secret;
import io.oauthservice.issuer.IssuerHttp;
import io.oauthservice.issuer.IssuerKeys;
import io.oauthservice.issuer.IssuerMetadata;
import io.oauthservice.outbound.OutboundHttp;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.http.MediaType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * The OpenID provider: the address to which browsers go, and the exchange of their codes for ID tokens (OpenID Connect
 * Core, section 3.1). Every failure is a {@link ProblemException}.
 */
@Component
@EnableConfigurationProperties(OidcProperties.class)
class OpenIdProvider {

    private static final String NAME = "dashboard";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 8;
    private static final int MAX_BODY = 256 * 1024;

    /** All that use a public key: the provider's keys decide which of them counts. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Arrays.stream(SignatureAlgorithm.values())
            .map(algorithm -> JWSAlgorithm.parse(algorithm.getName()))
            .collect(Collectors.toUnmodifiableSet());

    private final OidcProperties properties;
    private final URI callback;
    private final IssuerMetadata metadata;
    private final NimbusReactiveJwtDecoder decoder;
    private final WebClient client;

    OpenIdProvider(OidcProperties properties, PublicAddress address, WebClient.Builder builder, Clock clock) {
        this.properties = properties;
        this.callback = URI.create(address.callbackBase() + OidcController.CALLBACK);
        IssuerHttp http = new IssuerHttp(NAME, builder, null, null);
        this.metadata = new IssuerMetadata(properties.issuer(), http);
        this.decoder = new IssuerKeys(NAME, metadata.address("jwks_uri"), http)
                .decoder(ALGORITHMS, IdTokens.validator(properties, clock));
        this.client = new OutboundHttp("openid-tokens", CONNECTIONS, CONNECT_TIMEOUT, TIME_LIMIT, MAX_BODY, null)
                .apply(builder.clone())
                .build();
    }

    /** Where the person signs in. */
    Mono<URI> authorization(PendingSignIn pending) {
        return metadata.address("authorization_endpoint")
                .map(endpoint -> authorization(endpoint, pending))
                .onErrorMap(OpenIdProvider::unavailable);
    }

    private URI authorization(URI endpoint, PendingSignIn pending) {
        return URI.create(OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri(endpoint.toString())
                .clientId(properties.clientId())
                .redirectUri(callback.toString())
                .scope(properties.scopes().toArray(String[]::new))
                .state(pending.state().value())
                .additionalParameters(more -> {
                    more.put("nonce", pending.nonce().value());
                    more.put("code_challenge", Pkce.challenge(pending.verifier()));
                    more.put("code_challenge_method", Pkce.METHOD);
                })
                .build()
                .getAuthorizationRequestUri());
    }

    /** The valid ID token for a code, which is redeemed once. */
    Mono<Jwt> redeem(Secret code, PendingSignIn pending) {
        return metadata.address("token_endpoint")
                .flatMap(endpoint -> send(endpoint, code, pending))
                .timeout(TIME_LIMIT)
                .onErrorMap(failure -> !(failure instanceof ProblemException), OpenIdProvider::unavailable)
                .flatMap(token -> validate(token, pending));
    }

    private Mono<String> send(URI endpoint, Secret code, PendingSignIn pending) {
        return client.post()
                .uri(endpoint)
                // RFC 6749, section 2.3.1: both are form-encoded first.
                .headers(headers ->
                        headers.setBasicAuth(formEncode(properties.clientId()), formEncode(properties.clientSecret())))
                .accept(MediaType.APPLICATION_JSON)
                .body(BodyInserters.fromFormData("grant_type", "authorization_code")
                        .with("code", code.value())
                        .with("redirect_uri", callback.toString())
                        .with("code_verifier", pending.verifier().value()))
                .exchangeToMono(OpenIdProvider::idToken);
    }

    private static String formEncode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Mono<String> idToken(ClientResponse response) {
        return OutboundHttp.json(response, MAX_BODY).map(body -> {
            if (response.statusCode().is5xxServerError()) {
                throw new IllegalStateException(
                        "The token endpoint answered " + response.statusCode().value());
            }
            if (!response.statusCode().is2xxSuccessful()) {
                throw rejectionProblem(body.path("error").asString(""));
            }
            JsonNode token = body.path("id_token");
            if (!token.isString()) {
                throw new IllegalStateException("The token endpoint returned no ID token");
            }
            return token.asString();
        });
    }

    private static ProblemException rejectionProblem(String error) {
        return error.equals("invalid_grant")
                ? SignInProblems.notPending()
                : unavailable(new IllegalStateException(
                        "The token endpoint rejected the request: check client id and client secret"));
    }

    private Mono<Jwt> validate(String token, PendingSignIn pending) {
        return Mono.defer(() -> decoder.decode(token))
                .doOnNext(jwt -> IdTokens.requireNonce(jwt, pending.nonce()))
                .onErrorMap(JwtException.class, SignInProblems::invalidToken)
                .onErrorMap(failure -> !(failure instanceof ProblemException), OpenIdProvider::unavailable);
    }

    private static ProblemException unavailable(Throwable cause) {
        return new ProblemException(
                        ProblemType.ISSUER_UNAVAILABLE,
                        "Sign-in is not possible at the moment, because the identity provider does not answer as it"
                                + " should. Try again later. If it happens again, ask an operator of this service",
                        cause)
                .retryAfter(IssuerKeys.FETCH_INTERVAL);
    }
}
