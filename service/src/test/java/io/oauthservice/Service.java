package io.oauthservice;

import io.oauthservice.local.LocalProperties;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The service as a calling program sees it, with the development key. */
public final class Service {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final WebTestClient http;

    public Service(WebTestClient http) {
        this(http, LocalProperties.API_KEY);
    }

    public Service(WebTestClient http, String key) {
        this(bearer(key), http);
    }

    private static HttpHeaders bearer(String key) {
        HttpHeaders headers = new HttpHeaders();
        headers.setBearerAuth(key);
        return headers;
    }

    private Service(HttpHeaders defaults, WebTestClient http) {
        this.http = http.mutate()
                .defaultHeaders(headers -> headers.putAll(defaults))
                .build();
    }

    /** As a program without a key sees it. */
    public static Service withoutKey(WebTestClient http) {
        return new Service(new HttpHeaders(), http);
    }

    public Answer get(String path) {
        return answer(http.get().uri(path).exchange());
    }

    /** An address that is sent as it is written. */
    public Answer get(URI address) {
        return answer(http.get().uri(address).exchange());
    }

    public Answer get(String path, String header, String value) {
        return answer(http.get().uri(path).header(header, value).exchange());
    }

    public Answer post(String path, String json) {
        return answer(http.post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange());
    }

    public Answer post(String path) {
        return answer(http.post().uri(path).exchange());
    }

    public Answer patch(String path, MediaType type, String json) {
        return answer(http.patch().uri(path).contentType(type).bodyValue(json).exchange());
    }

    /** What a platform sends: without the key. */
    public Answer webhook(String platform, Map<String, String> headers, String json) {
        return answer(http.post()
                .uri("/oauth/webhooks/" + platform)
                .contentType(MediaType.APPLICATION_JSON)
                .headers(all -> {
                    all.remove(HttpHeaders.AUTHORIZATION);
                    headers.forEach(all::set);
                })
                .bodyValue(json)
                .exchange());
    }

    public Answer delete(String path) {
        return answer(http.delete().uri(path).exchange());
    }

    public Answer token(String orgId) {
        return get("/oauth/token/github?org_id=" + orgId);
    }

    /** The installations that can be used. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> installations() {
        return (List<Map<String, Object>>)
                Objects.requireNonNull(get("/oauth/installations").body().get("installations"));
    }

    /**
     * Read by the caller's thread: a JSON library that meets a class for the first time may wait for another thread.
     */
    private static Answer answer(WebTestClient.ResponseSpec response) {
        EntityExchangeResult<String> result = response.expectBody(String.class).returnResult();
        String body = Objects.requireNonNullElse(result.getResponseBody(), "");
        return new Answer(
                result.getStatus().value(),
                result.getResponseHeaders(),
                body.isEmpty() ? Map.of() : JSON.readValue(body, OBJECT));
    }

    /** An answer of the API, problems included. */
    public record Answer(int status, HttpHeaders headers, Map<String, Object> body) {

        public String text(String field) {
            return String.valueOf(body.get(field));
        }

        /** The last part of a problem's type. */
        public String problem() {
            return text("type").replace("urn:oauth-service:problem:", "");
        }
    }
}
