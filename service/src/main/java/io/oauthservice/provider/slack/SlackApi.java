package io.oauthservice.provider.slack;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import java.net.URI;
import java.util.function.Function;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.BodyInserters.FormInserter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The requests to Slack, each with the reply of a success. */
final class SlackApi {

    private static final int PAGE = 100;
    private static final int MAX_PAGES = 50;

    private final ProviderHttp http;
    private final SlackProperties app;

    SlackApi(ProviderHttp http, SlackProperties app) {
        this.http = http;
        this.app = app;
    }

    Mono<Reply> exchange(Secret code, URI redirectUri) {
        return access(
                BodyInserters.fromFormData("code", code.value()).with("redirect_uri", redirectUri.toString()),
                SlackErrors::ofExchange);
    }

    Mono<Reply> refresh(Secret refreshToken) {
        return access(
                BodyInserters.fromFormData("grant_type", "refresh_token").with("refresh_token", refreshToken.value()),
                SlackErrors::ofUse);
    }

    private Mono<Reply> access(FormInserter<String> form, Function<Reply, ProviderException> failure) {
        return http.send(http.client()
                        .post()
                        .uri(method("oauth.v2.access"))
                        .headers(headers -> headers.setBasicAuth(
                                app.clientId(), app.clientSecret().value()))
                        .body(form))
                .flatMap(reply -> successful(reply, failure));
    }

    Mono<Reply> test(Secret token) {
        return call("auth.test", token, new LinkedMultiValueMap<>());
    }

    Mono<Reply> revoke(Secret token) {
        return call("auth.revoke", token, new LinkedMultiValueMap<>());
    }

    /** The first 5,000 workspaces of an org-wide install: docs/providers.md 3.5. */
    Flux<JsonNode> teams(Secret token) {
        return pages(token).take(MAX_PAGES).concatMapIterable(SlackApi::teamsOf);
    }

    /** All workspaces of an org-wide install; fails where they are more than 5,000, or where a response lacks them. */
    Flux<JsonNode> allTeams(Secret token) {
        return pages(token).index().concatMapIterable(page -> {
            if (page.getT1() >= MAX_PAGES) {
                throw new BadRequest("too_many_workspaces", "The Slack organisation has too many workspaces");
            }
            if (!page.getT2().body().path("teams").isArray()) {
                throw new BadRequest("unexpected_answer", "Slack's response lacks teams");
            }
            return teamsOf(page.getT2());
        });
    }

    private Flux<Reply> pages(Secret token) {
        return teams(token, "").expand(page -> {
            String cursor = cursor(page);
            return cursor.isEmpty() ? Mono.empty() : teams(token, cursor);
        });
    }

    private static JsonNode teamsOf(Reply page) {
        return page.body().path("teams");
    }

    private Mono<Reply> teams(Secret token, String cursor) {
        MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
        form.set("limit", Integer.toString(PAGE));
        if (!cursor.isEmpty()) {
            form.set("cursor", cursor);
        }
        return call("auth.teams.list", token, form);
    }

    private static String cursor(Reply page) {
        return page.body().path("response_metadata").path("next_cursor").asString("");
    }

    private Mono<Reply> call(String method, Secret token, MultiValueMap<String, String> form) {
        return http.send(http.client()
                        .post()
                        .uri(method(method))
                        .headers(headers -> headers.setBearerAuth(token.value()))
                        .body(BodyInserters.fromFormData(form)))
                .flatMap(reply -> successful(reply, SlackErrors::ofUse));
    }

    private URI method(String name) {
        return URI.create(app.apiUrl() + "/" + name);
    }

    private static Mono<Reply> successful(Reply reply, Function<Reply, ProviderException> failure) {
        boolean ok = reply.ok() && reply.body().path("ok").asBoolean(false);
        return ok ? Mono.just(reply) : Mono.error(failure.apply(reply));
    }
}
