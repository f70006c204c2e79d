package io.oauthservice.vault;

import io.oauthservice.outbound.OutboundHttp;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.vault.client.ReactiveVaultClients;
import org.springframework.vault.client.VaultEndpoint;
import org.springframework.vault.client.VaultHttpHeaders;
import org.springframework.vault.client.WebClientBuilder;
import org.springframework.vault.support.VaultToken;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP to OpenBao or HashiCorp Vault. */
final class TransitHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final WebClient client;

    TransitHttp(TransitProperties settings) {
        OutboundHttp http = new OutboundHttp(
                "vault",
                settings.concurrentCalls(),
                CONNECT_TIMEOUT,
                settings.timeLimit(),
                MAX_BODY,
                TransitProperties.isSet(settings.caCertificate())
                        ? OutboundHttp.trusting("VAULT_CACERT", Path.of(settings.caCertificate()))
                        : null);
        WebClientBuilder builder = WebClientBuilder.builder()
                .endpoint(endpoint(settings.address()))
                .customizers(http::apply)
                // A Vault Agent or proxy may require it as a protection against server-side request forgery.
                .defaultHeader("X-Vault-Request", "true");
        if (TransitProperties.isSet(settings.namespace())) {
            builder.filter(ReactiveVaultClients.namespace(settings.namespace()));
        }
        this.client = builder.build();
    }

    private static VaultEndpoint endpoint(String address) {
        try {
            return VaultEndpoint.from(URI.create(address));
        } catch (IllegalArgumentException e) {
            throw new SettingException("VAULT_ADDR", "must look like https://vault.example.com:8200", e);
        }
    }

    /** For Spring Vault's login steps. */
    WebClient client() {
        return client;
    }

    /** Sends a request and returns the response, whatever its status. Fails without a complete response. */
    Mono<Reply> post(String path, VaultToken token, Object body) {
        return client.post()
                .uri(path)
                .header(VaultHttpHeaders.VAULT_TOKEN, token.getToken())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JSON.writeValueAsBytes(body))
                .exchangeToMono(TransitHttp::read);
    }

    private static Mono<Reply> read(ClientResponse response) {
        return OutboundHttp.json(response, MAX_BODY)
                .map(body -> new Reply(response.statusCode().value(), body));
    }

    /**
     * A response of the key service.
     *
     * @param body missing where the response was empty or not JSON
     */
    record Reply(int status, JsonNode body) {

        boolean ok() {
            return status >= 200 && status < 300;
        }

        /** The status and the server's error messages, in one line. */
        String errors() {
            List<String> errors = body.path("errors")
                    .valueStream()
                    .map(error -> error.asString("").replaceAll("\\s+", " ").strip())
                    .toList();
            return "status " + status + (errors.isEmpty() ? "" : ": " + String.join("; ", errors));
        }
    }
}
