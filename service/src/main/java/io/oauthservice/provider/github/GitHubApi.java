package io.oauthservice.provider.github;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.Permissions;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.BodyLimit;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.Repositories;
import io.oauthservice.provider.Variant;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.BodyInserters.FormInserter;
import org.springframework.web.reactive.function.client.WebClient.RequestBodySpec;
import org.springframework.web.reactive.function.client.WebClient.RequestHeadersSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The requests to GitHub. A result that is a {@link JsonNode} is the body of a success. */
final class GitHubApi {

    private static final MediaType GITHUB_JSON = MediaType.parseMediaType("application/vnd.github+json");

    /** Up to 500 repositories (docs/providers.md 1.6) come with some 5 KB each, of which the id and the name matter. */
    private static final BodyLimit REPOSITORIES =
            new BodyLimit(8 * 1024 * 1024, Map.of("repositories", Set.of("id", "name")));

    private static final int PAGE = 100;
    private static final int MAX_PAGES = 100;

    private final ProviderHttp http;
    private final GitHubProperties app;
    private final AppJwt jwt;

    GitHubApi(ProviderHttp http, GitHubProperties app, AppJwt jwt) {
        this.http = http;
        this.app = app;
        this.jwt = jwt;
    }

    Mono<Reply> exchange(Secret code, URI redirectUri) {
        return token(BodyInserters.fromFormData("code", code.value()).with("redirect_uri", redirectUri.toString()));
    }

    /** A new token pair of a user. It invalidates the old pair at once: docs/providers.md 1.7. */
    Mono<Reply> refresh(Secret refreshToken) {
        return token(
                BodyInserters.fromFormData("grant_type", "refresh_token").with("refresh_token", refreshToken.value()));
    }

    private Mono<Reply> token(FormInserter<String> form) {
        var request = http.client()
                .post()
                .uri(URI.create(app.webUrl() + "/login/oauth/access_token"))
                .body(form.with("client_id", app.clientId())
                        .with("client_secret", app.clientSecret().value()));
        return http.send(request)
                .flatMap(reply -> reply.text("access_token") == null
                        ? Mono.error(GitHubErrors.ofTokenEndpoint(reply))
                        : Mono.just(reply));
    }

    Mono<JsonNode> user(Secret userToken) {
        return asUser(userToken, "/user");
    }

    /** Whether the holder of the user token has access to the installation. */
    Mono<Boolean> reaches(Secret userToken, String installationId) {
        return userInstallations(userToken).any(found -> installationId.equals(ProviderHttp.text(found, "id")));
    }

    Flux<JsonNode> userInstallations(Secret userToken) {
        return pages("/user/installations", path -> askAsUser(userToken, path))
                .concatMapIterable(page -> page.path("installations"));
    }

    private Mono<JsonNode> asUser(Secret userToken, String path) {
        return askAsUser(userToken, path).map(Reply::body);
    }

    private Mono<Reply> askAsUser(Secret userToken, String path) {
        return rest(request(HttpMethod.GET, path, userToken))
                .flatMap(successful(reply -> GitHubErrors.ofStatus(path, reply)));
    }

    /** The bodies of all pages of a list, as the {@code Link} headers name them: docs/providers.md 1.8. */
    private static Flux<JsonNode> pages(String path, Function<String, Mono<Reply>> call) {
        return call.apply(path + "?per_page=" + PAGE)
                .expand(page -> NextPage.query(page.headers())
                        .map(query -> call.apply(path + "?" + query))
                        .orElseGet(Mono::empty))
                .take(MAX_PAGES)
                .map(Reply::body);
    }

    /** Revokes one user token; any status. */
    Mono<Reply> deleteUserToken(Secret userToken) {
        return asClient(HttpMethod.DELETE, "/token", userToken);
    }

    /** Revokes all tokens of the token's user for the app; any status. */
    Mono<Reply> deleteUserGrant(Secret userToken) {
        return asClient(HttpMethod.DELETE, "/grant", userToken);
    }

    /** Checks a user token; any status, 401 for a wrong client secret. */
    Mono<Reply> checkUserToken(Secret userToken) {
        return asClient(HttpMethod.POST, "/token", userToken);
    }

    private Mono<Reply> asClient(HttpMethod method, String path, Secret userToken) {
        return rest(http.client()
                .method(method)
                .uri(URI.create(app.apiUrl() + "/applications/" + app.clientId() + path))
                .headers(headers ->
                        headers.setBasicAuth(app.clientId(), app.clientSecret().value()))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("access_token", userToken.value())));
    }

    /** Checks an installation token by the cheapest request with it; any status. */
    Mono<Reply> checkInstallationToken(Secret installationToken) {
        return rest(request(HttpMethod.GET, "/installation/repositories?per_page=1", installationToken));
    }

    /** The repositories that an installation token covers. */
    Flux<JsonNode> allRepositories(Secret installationToken) {
        return pages(
                        "/installation/repositories",
                        path -> http.send(
                                        addVersion(request(HttpMethod.GET, path, installationToken)),
                                        GITHUB_JSON,
                                        REPOSITORIES)
                                .flatMap(successful(reply -> GitHubErrors.ofStatus("repositories", reply))))
                .concatMapIterable(page -> page.path("repositories"));
    }

    /** The app that the client id and the private key belong to; fails where that is not the configured app id. */
    Mono<JsonNode> app() {
        return asApp(HttpMethod.GET, "/app")
                .flatMap(success(GitHubErrors::ofApp))
                .filter(found -> app.appId().equals(ProviderHttp.text(found, "id")))
                .switchIfEmpty(Mono.error(() -> GitHubErrors.otherApp(app.appId())));
    }

    Mono<JsonNode> installation(String id) {
        return asApp(HttpMethod.GET, "/app/installations/" + id)
                .flatMap(success(reply -> GitHubErrors.ofAppCall("installation", reply)));
    }

    /** Empty for a 404, which an installation of another App has too. */
    Mono<JsonNode> findInstallation(String id) {
        return asApp(HttpMethod.GET, "/app/installations/" + id)
                .filter(reply -> reply.status() != 404)
                .flatMap(success(reply -> GitHubErrors.ofAppCall("installation", reply)));
    }

    /**
     * One page of the app's installations.
     *
     * @param query of the page; null: the first one
     */
    Mono<Reply> listInstallations(@Nullable String query) {
        return asApp(HttpMethod.GET, "/app/installations?" + (query == null ? "per_page=" + PAGE : query))
                .flatMap(successful(reply -> GitHubErrors.ofAppCall("installations", reply)));
    }

    /**
     * One page of the attempts to deliver the app's webhooks; empty where an old Enterprise Server has no such list.
     *
     * @param query of the page; null: the first one
     */
    Mono<Reply> deliveries(@Nullable String query) {
        return asApp(HttpMethod.GET, "/app/hook/deliveries?" + (query == null ? "per_page=" + PAGE : query))
                .filter(reply -> reply.status() != 404)
                .flatMap(successful(reply -> GitHubErrors.ofAppCall("deliveries", reply)));
    }

    /** Repeats a delivery; any status. */
    Mono<Reply> redeliver(String attemptId) {
        return asApp(HttpMethod.POST, "/app/hook/deliveries/" + attemptId + "/attempts");
    }

    Flux<JsonNode> installationRequests() {
        return pages(
                        "/app/installation-requests",
                        path -> asApp(HttpMethod.GET, path)
                                .flatMap(successful(reply -> GitHubErrors.ofAppCall("installation-requests", reply))))
                .concatMapIterable(page -> page);
    }

    /** Mints a token with all granted permissions; any status. */
    Mono<Reply> mint(String installationId) {
        return asApp(HttpMethod.POST, "/app/installations/" + installationId + "/access_tokens");
    }

    /** Mints a token for a part of what is granted; any status. */
    Mono<Reply> mint(String installationId, Variant variant) {
        String path = "/app/installations/" + installationId + "/access_tokens";
        Map<String, Object> body = body(variant);
        return asApp(bearer -> http.send(
                addVersion(request(HttpMethod.POST, path, bearer)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body)),
                GITHUB_JSON,
                REPOSITORIES));
    }

    /** Without empty lists and objects, which GitHub takes for everything: docs/providers.md 1.6. */
    private static Map<String, Object> body(Variant variant) {
        Map<String, Object> body = new LinkedHashMap<>();
        Repositories repositories = variant.repositories();
        if (repositories != null) {
            body.put(
                    repositories.byId() ? "repository_ids" : "repositories",
                    repositories.byId()
                            ? repositories.values().stream().map(Long::valueOf).toList()
                            : repositories.values());
        }
        Permissions permissions = variant.permissions();
        if (permissions != null) {
            body.put("permissions", permissions.codes());
        }
        return body;
    }

    /** Revokes an installation token, which authorises that itself; any status. */
    Mono<Reply> deleteInstallationToken(Secret installationToken) {
        return rest(request(HttpMethod.DELETE, "/installation/token", installationToken));
    }

    /** Removes the installation; any status. */
    Mono<Reply> uninstall(String installationId) {
        return asApp(HttpMethod.DELETE, "/app/installations/" + installationId);
    }

    /** Repeats the request once with GitHub's time where the App JWT's times are rejected: docs/providers.md 1.5. */
    private Mono<Reply> asApp(HttpMethod method, String path) {
        return asApp(bearer -> rest(request(method, path, bearer)));
    }

    private Mono<Reply> asApp(Function<Secret, Mono<Reply>> send) {
        Mono<Reply> call = jwt.current().flatMap(send);
        return call.flatMap(reply -> {
            if (!GitHubErrors.isClockSkew(reply)) {
                return Mono.just(reply);
            }
            jwt.correctClock(reply.date());
            return call;
        });
    }

    private RequestBodySpec request(HttpMethod method, String path, Secret bearer) {
        return http.client()
                .method(method)
                .uri(URI.create(app.apiUrl() + path))
                .headers(headers -> headers.setBearerAuth(bearer.value()));
    }

    /** Adds GitHub's media type and the API version, as its REST API requests: docs/providers.md 1. */
    private Mono<Reply> rest(RequestHeadersSpec<?> request) {
        return http.send(addVersion(request), GITHUB_JSON);
    }

    private RequestHeadersSpec<?> addVersion(RequestHeadersSpec<?> request) {
        return request.header("X-GitHub-Api-Version", app.apiVersion());
    }

    private static Function<Reply, Mono<JsonNode>> success(Function<Reply, ProviderException> failure) {
        return reply -> successful(failure).apply(reply).map(Reply::body);
    }

    private static Function<Reply, Mono<Reply>> successful(Function<Reply, ProviderException> failure) {
        return reply -> reply.ok() && reply.body().isContainer() ? Mono.just(reply) : Mono.error(failure.apply(reply));
    }
}
