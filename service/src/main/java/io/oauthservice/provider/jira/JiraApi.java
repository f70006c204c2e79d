package io.oauthservice.provider.jira;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The requests to Atlassian. */
final class JiraApi {

    private final ProviderHttp http;
    private final JiraProperties app;

    JiraApi(ProviderHttp http, JiraProperties app) {
        this.http = http;
        this.app = app;
    }

    Mono<Reply> exchange(Secret code, URI redirectUri, @Nullable Secret codeVerifier) {
        Map<String, String> body = new HashMap<>();
        body.put("grant_type", "authorization_code");
        body.put("code", code.value());
        body.put("redirect_uri", redirectUri.toString());
        if (codeVerifier != null) {
            body.put("code_verifier", codeVerifier.value());
        }
        return token(body, JiraErrors::ofExchange);
    }

    Mono<Reply> refresh(Secret refreshToken) {
        Map<String, String> body = new HashMap<>();
        body.put("grant_type", "refresh_token");
        body.put("refresh_token", refreshToken.value());
        return token(body, JiraErrors::ofRefresh);
    }

    private Mono<Reply> token(Map<String, String> body, Function<Reply, ProviderException> failure) {
        return post("/oauth/token", body)
                .flatMap(reply -> reply.ok() && reply.text("access_token") != null
                        ? Mono.just(reply)
                        : Mono.error(failure.apply(reply)));
    }

    /**
     * Atlassian advertises this endpoint but does not document it, so its response is ignored: docs/providers.md 2.6.
     */
    Mono<Void> revoke(Secret token) {
        Map<String, String> body = new HashMap<>();
        body.put("token", token.value());
        return post("/oauth/revoke", body).then();
    }

    private Mono<Reply> post(String path, Map<String, String> body) {
        body.put("client_id", app.clientId());
        body.put("client_secret", app.clientSecret().value());
        return http.send(http.client()
                .post()
                .uri(URI.create(app.authUrl() + path))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body));
    }

    /** Every site that the user ever granted to the app and still has access to: docs/providers.md 2.5. */
    Mono<JsonNode> sites(Secret accessToken) {
        return get("/oauth/token/accessible-resources", accessToken);
    }

    Mono<JsonNode> me(Secret accessToken) {
        return get("/me", accessToken);
    }

    private Mono<JsonNode> get(String path, Secret accessToken) {
        return http.send(http.client()
                        .get()
                        .uri(URI.create(app.apiUrl() + path))
                        .headers(headers -> headers.setBearerAuth(accessToken.value())))
                .flatMap(reply -> reply.ok() && reply.body().isContainer()
                        ? Mono.just(reply.body())
                        : Mono.error(JiraErrors.ofInfo(path, reply)));
    }
}
